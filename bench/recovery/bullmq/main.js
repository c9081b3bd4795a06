// Kills workers with a job in hand, and prints how long each job waited until another began it.
const {fork} = require('child_process');
const path = require('path');
const {Queue} = require('bullmq');

const [port, kills, atOnce, lengthMs] = process.argv.slice(2).map(Number);
const queue = new Queue('photos', {connection: {host: '127.0.0.1', port}});
const running = new Set();
const killed = new Map();
const waited = [];

function start() {
  const worker = fork(path.join(__dirname, 'worker.js'), [port, lengthMs]);
  running.add(worker);
  worker.on('message', ({job}) => {
    if (killed.has(job)) {
      waited.push(Date.now() - killed.get(job));
      killed.delete(job);
    } else if (worker.mayDie) {
      worker.mayDie = false;
      setTimeout(() => {
        killed.set(job, Date.now());
        running.delete(worker);
        worker.kill('SIGKILL');
        start();
      }, lengthMs / 4);
    }
  });
  return worker;
}

const pause = ms => new Promise(done => setTimeout(done, ms));

(async () => {
  for (let i = 0; i < atOnce; i++) start();
  await pause(2000);
  while (waited.length < kills) {
    const count = waited.length + atOnce;
    for (const worker of running) worker.mayDie = true;
    for (let i = 0; i < atOnce; i++) await queue.add('edit', {});
    while (waited.length < count) await pause(50);
    await pause(lengthMs * 2);
  }
  console.log(JSON.stringify(waited));
  for (const worker of running) worker.kill('SIGKILL');
  await queue.close();
  process.exit(0);
})();
