// Apollo Client: queries and mutations over HTTP, whole and by their hashes, subscriptions over WebSocket.
import { createHash } from 'node:crypto'
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client/core'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { ApolloLink } from '@apollo/client/core'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

const [url, wsUrl] = process.argv.slice(2)
const socket = createClient({ url: wsUrl, webSocketImpl: WebSocket, retryAttempts: 0 })
const isSubscription = ({ operationType }) => operationType === 'subscription'
const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.split(isSubscription, new GraphQLWsLink(socket), new HttpLink({ uri: url })),
})

const sent = []
const noted = (address, options) => {
  const { query } = options.body ? JSON.parse(options.body) : { query: new URL(address).searchParams.get('query') }
  sent.push(`${options.method} ${query ? 'document' : 'hash'}`)
  return fetch(address, options)
}
const sha256 = (text) => createHash('sha256').update(text).digest('hex')
const hashing = new ApolloClient({
  cache: new InMemoryCache(),
  defaultOptions: { query: { fetchPolicy: 'no-cache' } },
  link: new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(new HttpLink({ uri: url, fetch: noted })),
})
const hashed = async (mark) => (await hashing.query({ query: gql(`query Hashed { ${mark}: hello }`) })).data[mark]

const codes = async (promise) => {
  try {
    await promise
    return null
  } catch (error) {
    return CombinedGraphQLErrors.is(error) ? error.errors.map((one) => one.extensions.code) : String(error)
  }
}

const counted = await new Promise((resolve, reject) => {
  const heard = []
  client.subscribe({ query: gql`subscription { count(to: 3) }` }).subscribe({
    next: ({ data }) => heard.push(data),
    error: reject,
    complete: () => resolve(heard),
  })
})

const outcome = {
  query: (await client.query({ query: gql`query ($name: String!) { hello(name: $name) }`, variables: { name: 'Apollo' } })).data,
  mutation: (await client.mutate({ mutation: gql`mutation { rename(to: "Apollo") }` })).data,
  invalid: await codes(client.query({ query: gql`{ unknown }` })),
  failed: await codes(client.query({ query: gql`{ mustNotFail }` })),
  counted,
  hashed: [await hashed('first'), await hashed('first')],
  sent,
}
await socket.dispose()
client.stop()
hashing.stop()
console.log(JSON.stringify(outcome))
