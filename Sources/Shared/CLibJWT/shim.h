#include <jwt.h>
#include <openssl/err.h>

/* In Debian's symbols file of 1.10 but not in jwt.h. Both work under the algorithm and the PEM key that jwt_set_alg
   has set, and return 0 for success. The known-answer test at start holds the first prototype to what the installed
   library does. */

/* Checks the base64url signature of "header.claims". */
int jwt_verify_sha_pem(jwt_t *jwt, const char *head, const char *sig_b64);

/* Signs "header.claims" into *len octets at *out, to be freed. */
int jwt_sign_sha_pem(jwt_t *jwt, char **out, unsigned int *len, const char *str);
