// Shows the description beside this page with Swagger UI.

const token = document.getElementById('token');
document.getElementById('access').addEventListener('submit', event => event.preventDefault());

const dark = matchMedia('(prefers-color-scheme: dark)');
const followScheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followScheme);
followScheme();

const base = new URL('.', location.href).href.replace(/\/$/, '');

/** The description as this page needs it: requests go where the page came from, and scopes are said in words. */
function adapted(description) {
  const copy = structuredClone(description);
  copy.servers = [{url: base}];
  for (const item of Object.values(copy.paths ?? {})) {
    for (const operation of Object.values(item)) {
      if (!operation?.responses) continue;
      const scopes = (operation.security ?? []).flatMap(requirement => requirement.oauth2 ?? []);
      const access = scopes.length
        ? `**Portée · Scope**: ${scopes.map(scope => `\`${scope}\``).join(' ou · or ')}`
        : '**Ouvert à tous · Open to all**';
      operation.description = [access, operation.description].filter(Boolean).join('\n\n');
    }
  }
  return copy;
}

const plugin = () => ({
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: original => description => {
          if (description?.info?.title) document.title = description.info.title;
          return original(adapted(description));
        },
      },
    },
  },
  // The token is pasted above: a browser has no client secret to ask an issuer with.
  wrapComponents: {
    authorizeBtn: () => () => null,
    authorizeOperationBtn: () => () => null,
  },
});

window.ui = SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: 'openapi.yaml',
  plugins: [plugin],
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  queryConfigEnabled: false,
  requestInterceptor: request => {
    const text = token.value.trim();
    if (text && !request.loadSpec) request.headers.Authorization = `Bearer ${text}`;
    return request;
  },
});
