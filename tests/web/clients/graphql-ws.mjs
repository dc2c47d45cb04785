// graphql-ws: queries, mutations, subscriptions, errors and leaving early, over one socket.
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

const [, url] = process.argv.slice(2)
let sockets = 0
const client = createClient({
  url,
  webSocketImpl: WebSocket,
  retryAttempts: 0,
  lazy: false,
  connectionParams: { token: 'graphql-ws' },
  on: { connected: () => sockets++ },
})

async function all(query, variables) {
  const results = []
  try {
    for await (const result of client.iterate({ query, variables })) results.push(result)
  } catch (errors) {
    results.push({ thrown: errors.map((error) => error.extensions.code) })
  }
  return results
}

const endless = client.iterate({ query: 'subscription { endless(name: "graphql-ws") }' })
const first = await endless.next()
const outcome = {
  first: first.value,
  query: await all('{ whoami }'),
  mutation: await all('mutation ($to: String!) { rename(to: $to) }', { to: 'graphql-ws' }),
  subscription: await all('subscription ($to: Int!) { count(to: $to) }', { to: 3 }),
  invalid: await all('{ unknown }'),
  partial: (await all('{ hello fails }'))[0].data,
  left: (await endless.return()).done,
  after: await all('{ hello }'),
  sockets,
}
await client.dispose()
console.log(JSON.stringify(outcome))
