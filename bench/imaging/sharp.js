// One of the processes that 'bench imaging' compares: reads "COUNT RECIPE" from its input, develops the photo that often
// with as many jobs at once as there are cores, and answers "done BYTES".
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { availableParallelism } from 'node:os';
import sharp from 'sharp';

sharp.cache(false);
sharp.concurrency(1);
const photo = readFileSync(process.argv[2]);

function parse(recipe) {
  const [steps, output] = recipe.split('>');
  const step = (text) => {
    const [name, query] = text.split('?');
    const values = Object.fromEntries(new URLSearchParams(query));
    for (const key of Object.keys(values)) if (!isNaN(values[key])) values[key] = Number(values[key]);
    return { name, ...values };
  };
  return { steps: steps ? steps.split(';').map(step) : [], output: step(output) };
}

function develop({ steps, output }) {
  let image = sharp(photo).autoOrient().keepIccProfile();
  for (const s of steps) {
    if (s.name === 'crop') image = image.extract({ left: s.left, top: s.top, width: s.width, height: s.height });
    if (s.name === 'blur') image = image.blur(s.sigma);
    if (s.name === 'sharpen') image = image.sharpen({ sigma: s.sigma });
    if (s.name === 'resize') image = image.resize({ width: s.width });
  }
  const options = output.name === 'png' ? {} : { quality: output.quality };
  if (output.name === 'avif') options.effort = 2;
  return image.toFormat(output.name, options).toBuffer();
}

async function run(count, recipe) {
  const plan = parse(recipe);
  let left = count;
  let bytes = 0;
  const lane = async () => {
    while (left-- > 0) bytes = (await develop(plan)).length;
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return bytes;
}

for await (const line of createInterface({ input: process.stdin })) {
  const space = line.indexOf(' ');
  console.log(`done ${await run(Number(line.slice(0, space)), line.slice(space + 1))}`);
}
