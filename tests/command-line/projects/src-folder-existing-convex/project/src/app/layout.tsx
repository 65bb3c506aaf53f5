import type { ReactNode } from "react";
import Convex from "./convex-provider";

export default function RootLayout({ children }: { children: ReactNode }) {
	return (
		<html lang="en">
			<body>
				<Convex>{children}</Convex>
			</body>
		</html>
	);
}
