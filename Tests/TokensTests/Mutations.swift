// Which test fails when a defence is taken away. Each line was tried: the check replaced by `true`, the suite run.
//
// | defence (file)                                             | test that fails without it                               |
// | ---------------------------------------------------------- | -------------------------------------------------------- |
// | 1 at most 8 KiB (CompactToken, TokenVerifier)              | A token of 8 KiB is read, one octet more is not          |
// | 1 three segments (CompactToken)                            | No other spelling of a token's base64 is the token       |
// | 1 no loose trailing bits (Base64URL)                       | No other spelling of a token's base64 is the token       |
// | 2, 6 claims are a non-empty object (CompactToken)          | Header and claims are strict JSON objects                |
// | 3 forbidden headers (TokenHeader)                          | Headers that bring keys or rules of their own            |
// | 3 typ (TokenHeader)                                        | Only access tokens are access tokens                     |
// | 4 a key has one algorithm (TokenVerifier)                  | A key has one algorithm, not its family's others         |
// | 4 the signature itself (SignatureEngine)                   | nearly all: the known answers fail                       |
// | 5 RSA 2048 to 4096 bits (VerificationKey)                  | RSA keys of less than 2048 or more than 4096 bits        |
// | 5 RSA exponent (VerificationKey)                           | RSA exponents are odd and at least 65537                 |
// | 5 the curve is the algorithm's (VerificationKey)           | An elliptic key lies on the curve                        |
// | 5 use=sig (VerificationKey)                                | Only public signature keys with a name are used          |
// | 5 64 KiB, 20 keys, unique ids (JWKS)                       | A set out of bounds is refused whole                     |
// | 5 HTTPS (IssuerConfiguration)                              | Keys come over HTTPS                                     |
// | 5 no redirects (KeySetSource)                              | A key set is fetched without redirects                   |
// | 7 aud (TokenClaims)                                        | The audience names this service                          |
// | 7 exp, nbf, iat (TokenClaims)                              | Clocks may differ by less than a minute                  |
// | 7 lifetime (TokenClaims)                                   | A token lives for an hour at most                        |
// | 8 signature length before cryptography (TokenVerifier)     | A signature of any other length costs no cryptography    |
// | 8 failure buckets (TokenVerifier)                          | An address with too many failures waits                  |
// | 8 negative cache (TokenVerifier)                           | A bad token costs cryptography once                      |
// | 8 bounded queue (VerificationQueue)                        | Sixty-four tokens are verified at once                   |
// | 8 one verification per token (VerificationQueue)           | A hundred requests with one new token verify it once     |
// | 8 revocation (TokenVerifier)                               | A revoked token is refused at once                       |
// | 8 cache, its 60 s by elapsed time, exp (TokenVerifier)     | A token is verified once a minute; The cache forgets     |
// | 9 one refresh per 30 s (KeyStore)                          | A thousand unknown key ids cost one refresh              |
// | 9 one shared refresh (KeyStore)                            | Those who want the keys at one time share one fetch      |
// | 9 an outage keeps the keys (KeyStore)                      | While the issuer is out of reach                         |
// | known answers at start (TokenVerifier)                     | A library that fails the known answers                   |
//
// Reading the algorithm back after verification (6, SignatureEngine) fails no test when taken away: libjwt 1.10.2 never
// changes it on this route. It stays, because another version might.
