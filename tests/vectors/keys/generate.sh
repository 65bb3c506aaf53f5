#!/bin/sh
# Makes the test keys in this folder, which are good for nothing else. Needs OpenSSL 3, ssh-keygen
# and Node.
#
# `test-NAME.FORM.pem`: keys that are read, in each form. `test-NAME.jwk.json`: the same key as Node
# exports it, with its RFC 7638 thumbprint, which Node computes too, as `kid`.
# `refused/`: keys and other texts that are no signing key for Convex.
set -eu
cd "$(dirname "$0")"
mkdir -p refused
umask 077

openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out test-rsa-2048.pkcs8.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out test-rsa-3072.pkcs8.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out test-p256.pkcs8.pem
openssl genpkey -algorithm ED25519 -out test-ed25519.pkcs8.pem
for bits in 2048 3072; do
    openssl rsa -traditional -in "test-rsa-$bits.pkcs8.pem" -out "test-rsa-$bits.pkcs1.pem"
done
openssl ec -in test-p256.pkcs8.pem -out test-p256.sec1.pem
openssl ecparam -name prime256v1 -out test-p256.parameters.pem

for name in rsa-2048 rsa-3072 p256 ed25519; do
    node -e '
        const { createHash, createPrivateKey } = require("node:crypto");
        const jwk = createPrivateKey(require("node:fs").readFileSync(0)).export({ format: "jwk" });
        const required = { RSA: ["e", "kty", "n"], EC: ["crv", "kty", "x", "y"], OKP: ["crv", "kty", "x"] };
        const canonical = JSON.stringify(Object.fromEntries(required[jwk.kty].map((name) => [name, jwk[name]])));
        const kid = createHash("sha256").update(canonical).digest("base64url");
        console.log(JSON.stringify({ kid, ...jwk }, null, 1));
    ' <"test-$name.pkcs8.pem" >"test-$name.jwk.json"
    openssl pkey -in "test-$name.pkcs8.pem" -pubout -out "refused/test-$name.public.pem"
done
openssl rsa -in test-rsa-2048.pkcs8.pem -RSAPublicKey_out -out refused/test-rsa-2048.public.pkcs1.pem
openssl req -x509 -new -key test-rsa-2048.pkcs8.pem -subj "/CN=test" -days 36500 \
    -out refused/test-rsa-2048.certificate.pem
openssl req -new -key test-rsa-2048.pkcs8.pem -subj "/CN=test" -out refused/test-rsa-2048.request.pem

openssl pkcs8 -topk8 -in test-rsa-2048.pkcs8.pem -passout pass:test \
    -out refused/test-rsa-2048.encrypted.pem
openssl rsa -traditional -aes128 -in test-rsa-2048.pkcs8.pem -passout pass:test \
    -out refused/test-rsa-2048.encrypted.pkcs1.pem
openssl ec -aes128 -in test-p256.pkcs8.pem -passout pass:test -out refused/test-p256.encrypted.sec1.pem
rm -f refused/test-ed25519.openssh.pem
ssh-keygen -q -t ed25519 -N "" -C test -f refused/test-ed25519.openssh.pem
rm refused/test-ed25519.openssh.pem.pub

openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:2048 -out test-dsa.parameters.pem
openssl genpkey -paramfile test-dsa.parameters.pem -out refused/test-dsa.pkcs8.pem
rm test-dsa.parameters.pem
openssl pkey -traditional -in refused/test-dsa.pkcs8.pem -out refused/test-dsa.traditional.pem
for curve in P-384 P-521 secp256k1; do
    name=$(echo "$curve" | tr -d - | tr '[:upper:]' '[:lower:]')
    openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$curve" -out "refused/test-$name.pkcs8.pem"
    openssl ec -in "refused/test-$name.pkcs8.pem" -out "refused/test-$name.sec1.pem"
done
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit \
    -out refused/test-p256.explicit-curve.pkcs8.pem
openssl genpkey -algorithm X25519 -out refused/test-x25519.pkcs8.pem
openssl genpkey -algorithm ED448 -out refused/test-ed448.pkcs8.pem
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out refused/test-rsa-pss.pkcs8.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out refused/test-rsa-1024.pkcs8.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3 \
    -out refused/test-rsa-3-primes.pkcs8.pem
