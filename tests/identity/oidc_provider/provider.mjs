// A provider of which everybody who names themselves is believed; it says its port on standard output.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [redirectUri, logoutUri, port] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'marquee',
      client_secret: 'secret-of-100%/+&=:',
      redirect_uris: [redirectUri],
      backchannel_logout_uri: logoutUri,
      backchannel_logout_session_required: true,
      post_logout_redirect_uris: ['http://localhost:8000/sign-in'],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['preferred_username', 'groups'], email: ['email', 'email_verified'] },
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({
      sub,
      preferred_username: sub,
      groups: ['staff'],
      email: `${sub}@example.org`,
      email_verified: true,
    }),
  }),
  // By itself it asks nothing of loopback addresses, where the server that is tested listens.
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
  features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
});
const server = createServer(provider.callback());
server.listen(Number(port), '127.0.0.1', () => console.log('ready'));
// Ends with whoever started it.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
