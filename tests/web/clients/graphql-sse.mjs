// graphql-sse in distinct connections mode.
import { createClient } from 'graphql-sse'

const [url] = process.argv.slice(2)
const client = createClient({ url, singleConnection: false, retryAttempts: 0, headers: { authorization: 'Bearer graphql-sse' } })

async function all(query, variables) {
  const results = []
  for await (const result of client.iterate({ query, variables })) results.push(result)
  return results
}

const endless = client.iterate({ query: 'subscription { endless(name: "graphql-sse") }' })
const first = await endless.next()
const outcome = {
  first: first.value,
  query: await all('{ whoami }'),
  mutation: await all('mutation ($to: String!) { rename(to: $to) }', { to: 'graphql-sse' }),
  subscription: await all('subscription ($to: Int!) { count(to: $to) }', { to: 3 }),
  invalid: (await all('{ unknown }')).map((result) => result.errors[0].extensions.code),
  left: (await endless.return()).done,
}
client.dispose()
console.log(JSON.stringify(outcome))
