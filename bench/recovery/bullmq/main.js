// For each line KILLS on standard input: hands in so many jobs, kills the worker of each while it has
// the job in hand, and answers with a JSON array: the milliseconds from each kill until another worker
// began the job. There are more workers than jobs, so that some are always idle; who was killed is replaced at once.
const {fork} = require('child_process');
const path = require('path');
const readline = require('readline');
const {Queue} = require('bullmq');

const [port, most, lengthMs, lockMs, checkMs] = process.argv.slice(2).map(Number);
const queue = new Queue('photos', {connection: {host: '127.0.0.1', port}});
const workers = new Set();
const killedAt = new Map();
let waited = [];
let ready = 0;

function start() {
  const worker = fork(path.join(__dirname, 'worker.js'), [port, lengthMs, lockMs, checkMs]);
  workers.add(worker);
  worker.on('message', message => message.ready ? ready++ : began(worker, message.job));
}

function began(worker, job) {
  if (killedAt.has(job)) {
    waited.push(Date.now() - killedAt.get(job));
    killedAt.delete(job);
    return;
  }
  setTimeout(() => {
    killedAt.set(job, Date.now());
    worker.kill('SIGKILL');
    workers.delete(worker);
    start();
  }, lengthMs / 4);
}

const pause = ms => new Promise(done => setTimeout(done, ms));

async function round(kills) {
  waited = [];
  for (let i = 0; i < kills; i++) await queue.add('edit', {});
  while (waited.length < kills) await pause(20);
  await pause(lengthMs);
  return waited;
}

function end() {
  for (const worker of workers) worker.kill('SIGKILL');
  process.exit(0);
}

(async () => {
  for (let i = 0; i < most; i++) start();
  while (ready < most) await pause(50);
  console.log('ready');
  for await (const line of readline.createInterface({input: process.stdin}))
    console.log(JSON.stringify(await round(Number(line))));
  end();
})();
process.on('SIGTERM', end);
