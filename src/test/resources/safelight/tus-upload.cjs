// Uploads one file with tus-js-client, as somebody else's program would, and says how it goes:
// "url ADDRESS", "chunk OFFSET", "stopped", "done PHOTO", "failed MESSAGE".
// node tus-upload.cjs {"endpoint", "token", "file", "chunkSize", ...}
const fs = require('fs');
const tus = require('tus-js-client');

const wanted = JSON.parse(process.argv[2]);
const say = (...words) => process.stdout.write(words.join(' ') + '\n');
let chunks = 0;

const upload = new tus.Upload(fs.readFileSync(wanted.file), {
  endpoint: wanted.endpoint,
  uploadUrl: wanted.uploadUrl,
  headers: { Authorization: 'Bearer ' + wanted.token },
  metadata: { filename: wanted.name, filetype: 'image/png' },
  chunkSize: wanted.chunkSize,
  uploadDataDuringCreation: Boolean(wanted.withCreation),
  retryDelays: Array(120).fill(500),
  onUploadUrlAvailable: () => say('url', upload.url),
  onChunkComplete: (size, offset) => {
    say('chunk', offset);
    if (++chunks === wanted.stopAfter)
      upload.abort(Boolean(wanted.terminate)).then(() => say('stopped'));
  },
  onAfterResponse: (request, response) => {
    upload.photo = response.getHeader('Safelight-Photo') ?? upload.photo;
  },
  onSuccess: () => say('done', upload.photo),
  onError: (error) => {
    say('failed', String(error.message).replaceAll('\n', ' '));
    process.exitCode = 1;
  },
});
upload.start();
