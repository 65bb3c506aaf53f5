import type { AnyDataModel, HttpActionBuilder, MutationBuilder, QueryBuilder } from "convex/server";

export declare const query: QueryBuilder<AnyDataModel, "public">;
export declare const mutation: MutationBuilder<AnyDataModel, "public">;
export declare const httpAction: HttpActionBuilder;
