#!/bin/sh
# Makes the keys of the tests, which are good for nothing else. Needs openssl and xxd.
#
# Keys that the tests sign with are kept as PEM. Of RSA sizes that `ring` won't sign with, a public
# key and a token are kept instead.
set -eu
cd "$(dirname "$0")"

openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa-other.pem
openssl genpkey -algorithm ED25519 -out ed25519.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

for bits in 1024 8192; do
    key=$(mktemp)
    openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:$bits" -out "$key"
    n=$(openssl rsa -in "$key" -noout -modulus | cut -d= -f2 | xxd -r -p | base64url)
    header=$(printf '{"alg":"RS256","typ":"JWT","kid":"sized"}' | base64url)
    payload=$(printf '%s' '{"iss":"https://happy-animal-123.convex.site","sub":"user-1","aud":"convex","iat":1750000000,"exp":1750000600}' | base64url)
    signature=$(printf '%s.%s' "$header" "$payload" | openssl dgst -sha256 -sign "$key" | base64url)
    printf '{"key":{"kty":"RSA","kid":"sized","n":"%s","e":"AQAB"},"token":"%s.%s.%s"}\n' \
        "$n" "$header" "$payload" "$signature" >"rsa-$bits.json"
    rm "$key"
done
