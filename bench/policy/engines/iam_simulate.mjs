// @cloud-copilot/iam-simulate, its core `authorize` on policies loaded beforehand: what its public, validating and
// policy-reading functions end in. Same commands as protocol.py; arguments: form, node_modules.
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { pathToFileURL } from 'node:url'

const [formPath, modules] = process.argv.slice(2)
const take = (file) => import(pathToFileURL(path.join(modules, '@cloud-copilot', file)))
const { authorize } = await take('iam-simulate/dist/esm/core_engine/CoreSimulatorEngine.js')
const { AwsRequestImpl } = await take('iam-simulate/dist/esm/request/request.js')
const { RequestContextImpl } = await take('iam-simulate/dist/esm/requestContext.js')
const { DiscoveryContextKeyConstraints } = await take(
  'iam-simulate/dist/esm/context_keys/discoveryContextKeyConstraints.js'
)
const { loadPolicy } = await take('iam-policy/dist/esm/index.js')

const LETTERS = { Allowed: 'A', ImplicitlyDenied: 'I', ExplicitlyDenied: 'E' }
const PARAMETERS = {
  simulationMode: 'Strict',
  discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]),
}
// Attached to every organisation and not to be detached; the library's public functions add it as well.
const RCP_FULL = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
}

const form = JSON.parse(fs.readFileSync(formPath, 'utf8'))
const { principals, resources: sides } = form
const requests = form.requests.map(prepare)
let documents = []
let full
let ready = new Map()

function prepare(asked) {
  const caller = principals[asked.principal]
  const resource = { resource: asked.resource, accountId: sides[asked.side].account }
  const request = new AwsRequestImpl(caller.arn, resource, asked.action, new RequestContextImpl(asked.context))
  return { principal: asked.principal, side: asked.side, request }
}

function load() {
  documents = form.documents.map((d) => loadPolicy(JSON.parse(d.text), { name: d.name }))
  full = loadPolicy(RCP_FULL, { name: 'RCPFullAWSAccess' })
  ready = new Map()
  if (sides.length === 1) principals.forEach((_, number) => layers(number, 0))
}

function layers(principal, side) {
  const key = principal * sides.length + side
  let found = ready.get(key)
  if (!found) {
    found = assemble(principals[principal], sides[side])
    ready.set(key, found)
  }
  return found
}

function assemble(caller, resource) {
  const one = (number) => (number === null ? undefined : documents[number])
  const levels = (of, more) =>
    of.map((level, number) => ({
      orgIdentifier: `level-${number}`,
      policies: [...more, ...level.map((n) => documents[n])],
    }))
  return {
    sessionPolicy: caller.session === null ? undefined : documents[caller.session[0]],
    identityPolicies: caller.identity.map((n) => documents[n]),
    serviceControlPolicies: levels(caller.scp, []),
    resourceControlPolicies: levels(resource.rcp, [full]),
    resourcePolicy: one(resource.policy),
    permissionBoundaries: caller.boundary === null ? undefined : [documents[caller.boundary]],
    vpcEndpointPolicies: caller.endpoint === null ? undefined : [documents[caller.endpoint]],
    simulationParameters: PARAMETERS,
  }
}

function decide({ principal, side, request }) {
  return LETTERS[authorize({ request, ...layers(principal, side) }).result]
}

function memory() {
  const status = fs.readFileSync('/proc/self/status', 'ascii')
  const size = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))[1])
  return { now: size('VmRSS'), peak: size('VmHWM') }
}

const seconds = (begun) => Number(process.hrtime.bigint() - begun) / 1e9

const commands = {
  load() {
    globalThis.gc?.()
    fs.writeFileSync('/proc/self/clear_refs', '5')
    const before = memory()
    const begun = process.hrtime.bigint()
    load()
    const first = decide(requests[0])
    const taken = seconds(begun)
    const after = memory()
    return { seconds: taken, first, before_kb: before.now, after_kb: after.now, peak_kb: after.peak }
  },
  answers: ({ numbers }) => numbers.map((n) => decide(requests[n])).join(''),
  time({ numbers, seconds: allowed }) {
    const taken = []
    const limit = process.hrtime.bigint() + BigInt(Math.round(allowed * 1e9))
    for (;;) {
      for (const number of numbers) {
        const begun = process.hrtime.bigint()
        decide(requests[number])
        const ended = process.hrtime.bigint()
        taken.push(Number(ended - begun))
        if (ended > limit) return taken
      }
    }
  },
  sweep({ count }) {
    const begun = process.hrtime.bigint()
    let letters = ''
    for (let n = 0; n < count; n++) letters += decide(requests[n])
    return { seconds: seconds(begun), letters }
  },
  replace({ number, form: changed, opened, closed }) {
    const begun = process.hrtime.bigint()
    documents[number] = loadPolicy(JSON.parse(changed.text), { name: changed.name })
    layers(0, 0).identityPolicies[number] = documents[number]
    const first = decide(prepare(opened))
    return { seconds: seconds(begun), letters: first + decide(prepare(closed)) }
  },
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  process.stdout.write(JSON.stringify(commands[command.do](command)) + '\n')
}
