// Makes every call of the official client library that a runner may need, and
// checks what comes back. argv: the library's name, the API's address.
import assert from 'node:assert/strict'

const [library, apiUrl] = process.argv.slice(2)
const sdk = await import(library)
const { Daytona, DaytonaError, DaytonaNotFoundError } = sdk
const done = []
const step = async (name, run) => {
  try {
    const out = await run()
    done.push(name)
    return out
  } catch (e) {
    e.message = `${name}: ${e.message}`
    throw e
  }
}
const text = (b) => Buffer.from(b).toString('utf8')

const daytona = new Daytona({ apiKey: 'test-key', apiUrl })

const box = await step('create', () =>
  daytona.create({ snapshot: 'base', envVars: { GREETING: 'hello', AT: '/home/sandbox/x' }, labels: { purpose: 'test' }, autoStopInterval: 5, name: 'one' }, { timeout: 20 }))
assert.equal(box.state, 'started')
assert.equal(box.labels.purpose, 'test')

await step('home and work folder', async () => {
  assert.equal(await box.getUserHomeDir(), '/home/sandbox')
  assert.equal(await box.getWorkDir(), '/home/sandbox')
})

await step('folder', () => box.fs.createFolder('/home/sandbox/.pi/agent', '700'))
await step('upload one', () => box.fs.uploadFile(Buffer.from('{"a":1}\n'), '/home/sandbox/.pi/agent/auth.json'))
await step('upload two', () => box.fs.uploadFiles([
  { source: Buffer.from('one'), destination: '/home/sandbox/a.txt' },
  { source: Buffer.from('two'), destination: 'b.txt' },
]))
await step('permissions', () => box.fs.setFilePermissions('/home/sandbox/.pi/agent/auth.json', { mode: '600' }))
await step('info', async () => {
  const file = await box.fs.getFileDetails('/home/sandbox/.pi/agent/auth.json')
  assert.equal(file.size, 8)
  assert.equal(file.permissions, '0600')
  const dir = await box.fs.getFileDetails('/home/sandbox/.pi/agent')
  assert.equal(dir.isDir, true)
  assert.equal(dir.permissions, '0700')
})
await step('list', async () => {
  const names = (await box.fs.listFiles('/home/sandbox')).map((f) => f.name).sort()
  assert.deepEqual(names, ['.pi', 'a.txt', 'b.txt'])
})
await step('download', async () => assert.equal(text(await box.fs.downloadFile('/home/sandbox/a.txt')), 'one'))
await step('download of a missing file', () => assert.rejects(() => box.fs.downloadFile('/home/sandbox/none'), DaytonaNotFoundError))
await step('move and delete', async () => {
  await box.fs.moveFiles('/home/sandbox/b.txt', '/home/sandbox/c.txt')
  await box.fs.deleteFile('/home/sandbox/c.txt')
  await assert.rejects(() => box.fs.getFileDetails('/home/sandbox/c.txt'), DaytonaNotFoundError)
})

await step('execute', async () => {
  const out = await box.process.executeCommand('echo $GREETING $OWN; cat /home/sandbox/a.txt; exit 3', undefined, { OWN: 'there' })
  assert.equal(out.exitCode, 3)
  assert.equal(out.result, 'hello there\none')
})
await step('execute elsewhere', async () => {
  await box.process.executeCommand('mkdir -p /tmp/in && touch /tmp/in/it')
  assert.equal((await box.process.executeCommand('ls', '/tmp/in')).result.trim(), 'it')
})
await step('execute with a child that lives on', async () => {
  const out = await box.process.executeCommand('nohup sleep 60 >/tmp/log 2>&1 & echo started')
  assert.equal(out.result.trim(), 'started')
})
await step('execute beyond its time', () => assert.rejects(() => box.process.executeCommand('sleep 30', undefined, undefined, 1), DaytonaError))

await step('session', async () => {
  await box.process.createSession('s1')
  await box.process.executeSessionCommand('s1', { command: 'cd /tmp/in && export X=1' })
  const out = await box.process.executeSessionCommand('s1', { command: 'pwd; echo $X; echo bad >&2' })
  assert.equal(out.exitCode, 0)
  assert.match(out.stdout, /\/tmp\/in\n1\n$/)
  assert.equal(out.stderr, 'bad\n')
  const s = await box.process.getSession('s1')
  assert.equal(s.commands.length, 2)
  assert.equal((await box.process.listSessions()).length, 1)
})
await step('session, streamed, with input', async () => {
  const { cmdId } = await box.process.executeSessionCommand('s1', { command: 'read line; echo got $line; echo aside >&2; exit 4', runAsync: true })
  let out = '', err = ''
  const streamed = box.process.getSessionCommandLogs('s1', cmdId, (c) => { out += c }, (c) => { err += c })
  await box.process.sendSessionCommandInput('s1', cmdId, 'words\n')
  await streamed
  assert.equal(out, 'got words\n')
  assert.equal(err, 'aside\n')
  const c = await box.process.getSessionCommand('s1', cmdId)
  assert.equal(c.exitCode, 4)
  const logs = await box.process.getSessionCommandLogs('s1', cmdId)
  assert.equal(logs.stdout, 'got words\n')
  assert.equal(logs.stderr, 'aside\n')
})
await step('session deleted', async () => {
  await box.process.deleteSession('s1')
  await assert.rejects(() => box.process.getSession('s1'), DaytonaNotFoundError)
})

await step('preview link', async () => {
  await box.fs.uploadFile(Buffer.from(`require('http').createServer((q, r) => r.end('from ' + q.url)).listen(${process.env.PORT}, '127.0.0.1', () => require('fs').writeFileSync('up', ''))`), 'serve.js')
  await box.process.executeCommand(`nohup "${process.execPath}" serve.js >/tmp/serve.log 2>&1 & until [ -f up ]; do sleep 0.1; done`)
  const link = await box.getPreviewLink(Number(process.env.PORT))
  const with_ = await fetch(link.url + '/here', { headers: { 'x-daytona-preview-token': link.token } })
  assert.equal(await with_.text(), 'from /here')
  assert.equal((await fetch(link.url + '/here')).status, 401)
  if (box.getSignedPreviewUrl) {
    const signed = await box.getSignedPreviewUrl(Number(process.env.PORT), 600)
    assert.equal(await (await fetch(signed.url + '/there')).text(), 'from /there')
  }
})

await step('labels', async () => {
  await box.setLabels({ purpose: 'other' })
  assert.equal((await daytona.get(box.id)).labels.purpose, 'other')
})
await step('network settings', async () => {
  if (!box.updateNetworkSettings) return
  await box.updateNetworkSettings({ networkBlockAll: true })
  assert.equal((await daytona.get(box.id)).networkBlockAll, true)
})
await step('intervals', async () => {
  await box.setAutostopInterval(20)
  assert.equal((await daytona.get(box.id)).autoStopInterval, 20)
})
await step('stop and start', async () => {
  await box.stop(20)
  assert.equal(box.state, 'stopped')
  await assert.rejects(() => box.process.executeCommand('true'), DaytonaError)
  await box.start(20)
  assert.equal(box.state, 'started')
  assert.equal((await box.process.executeCommand('cat a.txt')).result, 'one')
})
await step('get and list', async () => {
  assert.equal((await daytona.get('one')).id, box.id)
  let found = 0
  for await (const b of await listed()) if (b.id === box.id) found++
  assert.equal(found, 1)
})
async function listed() {
  const out = daytona.list({ purpose: 'other' })
  if (out[Symbol.asyncIterator]) return out
  const page = await out
  return page.items ?? page
}
await step('secrets', async () => {
  if (!daytona.secret) return
  const made = await daytona.secret.create({ name: 'KEY', value: 'value-of-it', hosts: ['api.example.com'] })
  assert.match(made.placeholder, /^dtn_secret_/)
  assert.deepEqual(made.hosts, ['api.example.com'])
  const with_ = await daytona.create({ snapshot: 'base', secrets: { API_KEY: 'KEY' } }, { timeout: 20 })
  const seen = (await with_.process.executeCommand('printf %s "$API_KEY"')).result
  assert.equal(seen, made.placeholder)
  await with_.delete()
  await daytona.secret.delete(made.id)
})
await step('state by event', async () => {
  const slow = await daytona.create({ snapshot: 'slow' }, { timeout: 20 })
  assert.equal(slow.state, 'started')
  await slow.delete()
})
await step('delete', async () => {
  await box.delete(20)
  await assert.rejects(() => daytona.get(box.id), DaytonaNotFoundError)
})
await step('wrong key', () => assert.rejects(() => new Daytona({ apiKey: 'wrong', apiUrl }).get('one'), DaytonaError))

console.log(JSON.stringify(done))
process.exit(0)
