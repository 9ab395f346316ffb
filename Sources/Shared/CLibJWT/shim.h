#include <jwt.h>
#include <openssl/err.h>

/* In Debian's symbols file since 1.10 but not in jwt.h: checks the base64url signature of "header.claims" under the
   algorithm and the PEM key that jwt_set_alg has set; 0 when it is genuine. The known-answer test at start holds
   this prototype to what the installed library does. */
int jwt_verify_sha_pem(jwt_t *jwt, const char *head, const char *sig_b64);
