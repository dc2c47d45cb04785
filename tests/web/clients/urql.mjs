// urql: queries by POST and GET, mutations, and subscriptions by fetch.
import { Client, fetchExchange } from '@urql/core'

const [url] = process.argv.slice(2)
const client = new Client({ url, exchanges: [fetchExchange], fetchSubscriptions: true, preferGetMethod: false })
const told = ({ data, error, hasNext }) => ({
  data: data ?? null,
  codes: (error?.graphQLErrors ?? []).map((one) => one.extensions.code),
  network: error?.networkError?.message ?? null,
  hasNext,
})

const subscription = (query, variables) =>
  new Promise((resolve) => {
    const heard = []
    client.subscription(query, variables).subscribe((result) => {
      heard.push(told(result))
      if (!result.hasNext) resolve(heard)
    })
  })

const leftEarly = new Promise((resolve) => {
  const { unsubscribe } = client.subscription('subscription { endless(name: "urql") }', {}).subscribe((result) => {
    queueMicrotask(() => unsubscribe())
    resolve(told(result))
  })
})

const outcome = {
  query: told(await client.query('query ($name: String!) { hello(name: $name) }', { name: 'urql' })),
  byGet: told(await client.query('{ hello }', {}, { preferGetMethod: 'force' })),
  mutation: told(await client.mutation('mutation { rename(to: "urql") }', {})),
  invalid: told(await client.query('{ unknown }', {})),
  subscription: await subscription('subscription { count(to: 3) }', {}),
  invalidSubscription: await subscription('subscription { unknown }', {}),
  leftEarly: await leftEarly,
}
console.log(JSON.stringify(outcome))
