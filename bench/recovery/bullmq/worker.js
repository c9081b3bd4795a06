// A BullMQ worker; tells its parent which job it began.
const {Worker} = require('bullmq');

const [port, lengthMs, lockMs, checkMs] = process.argv.slice(2).map(Number);
const worker = new Worker('photos', async job => {
  process.send({job: job.id});
  await new Promise(done => setTimeout(done, lengthMs));
}, {connection: {host: '127.0.0.1', port}, lockDuration: lockMs, stalledInterval: checkMs});
worker.on('ready', () => process.send({ready: true}));
worker.on('error', () => {});
process.on('disconnect', () => process.exit());
