// Runs the filters off the page's thread. Messages in: {slot, source} once for a picture, then
// {slot, id, settings}; out: {slot, id, pixels}.
import { filtered } from './filters.js';

const sources = new Map();

onmessage = ({ data }) => {
  if (data.source) {
    sources.set(data.slot, data.source);
    return;
  }
  const { data: bytes, width, height } = sources.get(data.slot);
  const pixels = new ImageData(filtered(bytes, width, height, data.settings), width, height);
  postMessage({ slot: data.slot, id: data.id, pixels }, [pixels.data.buffer]);
};
