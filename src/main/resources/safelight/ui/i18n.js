// Every text of the page, in English and Korean, and how numbers and sizes are written.

const KEPT = 'safelight.language';

const EN = {
  tagline: 'Edit photos. Lose nothing.',
  skip: 'Skip to the content',
  language: 'Language',
  cancel: 'Cancel',
  close: 'Close',
  retry: 'Try again',
  'problem.away': 'The server cannot be reached.',
  'problem.status': 'The server answered {status} without saying why.',
  'away.wait': 'The server cannot be reached. Trying again in {seconds} s.',
  'away.said': '{detail} Trying again in {seconds} s.',
  'away.now': 'Try now',
  'away.live': 'Live updates paused. Reconnecting…',

  'sign.in': 'Sign in',
  'sign.up': 'Create account',
  'sign.inTitle': 'Welcome back',
  'sign.upTitle': 'Create your account',
  'sign.toUp': 'New here? Create an account',
  'sign.toIn': 'Have an account? Sign in',
  'sign.name': 'Name',
  'sign.email': 'E-mail',
  'sign.password': 'Password',
  'sign.show': 'Show password',
  'sign.expired': 'You have been signed out. Sign in to go on.',

  'account.menu': 'Account: {name}',
  'account.picture': 'Change profile picture',
  'account.pictureWait': 'Setting your picture…',
  'account.password': 'Change password',
  'account.out': 'Sign out',
  'account.outAll': 'Sign out everywhere',

  'password.title': 'Change your password',
  'password.hint': 'You will be signed out everywhere else.',
  'password.current': 'Current password',
  'password.new': 'New password',
  'password.go': 'Change password',
  'password.done': 'Your password has been changed. Everywhere else you are signed out.',

  'nav.main': 'Main',
  'nav.photos': 'Photos',
  'nav.jobs': 'Jobs',

  'photos.title': 'Photos',
  'photos.drop': 'Drop photos anywhere, or',
  'photos.choose': 'Choose photos',
  'photos.dropNow': 'Drop to upload',
  'photos.empty': 'No photos yet',
  'photos.emptyHint': 'Drop some here, or choose files from this device.',
  'photos.more': 'Show more',
  'photos.edit': 'Edit {name}',
  'photos.unnamed': 'Untitled',
  'photos.delete': 'Delete {name}',
  'photos.deleteTitle': 'Delete this photo?',
  'photos.deleteText': '“{name}” and every result made from it will be deleted. This cannot be undone.',
  'photos.deleteYes': 'Delete',
  'photos.deleted': 'Deleted.',
  'photos.result': 'Result',
  'photos.of': 'of {name}',
  'photos.results.one': '1 result',
  'photos.results': '{count} results',

  'upload.title': 'Uploads',
  'upload.waiting': 'Waiting',
  'upload.sending': '{percent}%',
  'upload.checking': 'Checking…',
  'upload.done': 'Uploaded',
  'upload.again': 'Trying again in {seconds} s',
  'upload.retry': 'Retry upload of {name}',
  'upload.stop': 'Dismiss {name}',
  'upload.clear': 'Clear',

  'edit.title': 'Edit',
  'edit.back': 'Back to photos',
  'edit.stage': 'Preview',
  'edit.loading': 'Loading the photo…',
  'edit.small': 'This browser cannot show the original, so the preview uses a small copy.',
  'edit.noPreview': 'This photo cannot be shown here. You can still run an edit.',
  'edit.turn': 'Turn',
  'edit.left': 'Rotate left',
  'edit.right': 'Rotate right',
  'edit.flipH': 'Flip left to right',
  'edit.flipV': 'Flip top to bottom',
  'edit.crop': 'Crop',
  'edit.cropBox': 'Crop box. Arrow keys move it, Shift and arrow keys resize it.',
  'edit.cropNow': 'Crop {width} by {height} at {left}, {top}',
  'edit.shape': 'Proportions',
  'edit.free': 'Free',
  'edit.x': 'X',
  'edit.y': 'Y',
  'edit.w': 'W',
  'edit.h': 'H',
  'edit.xLong': 'Left edge in pixels',
  'edit.yLong': 'Top edge in pixels',
  'edit.wLong': 'Width in pixels',
  'edit.hLong': 'Height in pixels',
  'edit.sharpen': 'Sharpen',
  'edit.amount': 'Amount',
  'edit.radius': 'Radius',
  'edit.sharpenAmount': 'Sharpen amount',
  'edit.sharpenSigma': 'Sharpen radius (sigma)',
  'edit.blur': 'Blur',
  'edit.blurSigma': 'Blur radius (sigma)',
  'edit.detail': 'Actual size',
  'edit.detailHint': 'Detail at actual size. Drag or use arrow keys to look elsewhere.',
  'edit.resize': 'Resize',
  'edit.width': 'Width',
  'edit.original': 'Original',
  'edit.output': 'Save as',
  'edit.format': 'Format',
  'edit.quality': 'Quality',
  'edit.lossless': 'Lossless',
  'edit.result': '{width} × {height} px',
  'edit.run': 'Run',
  'edit.reset': 'Reset',
  'edit.view': 'View result',
  'edit.missing': 'This photo is not here. It may have been deleted.',

  'jobs.title': 'Jobs',
  'jobs.empty': 'Nothing running',
  'jobs.emptyHint': 'Open a photo, adjust it and press Run.',
  'jobs.more': 'Show older jobs',
  'jobs.cancel': 'Cancel',
  'jobs.retry': 'Retry',
  'jobs.download': 'Download',
  'jobs.compare': 'Before / after',
  'jobs.edit': 'Edit again',
  'jobs.attempt': 'attempt {attempt}',
  'jobs.progress': 'Progress',
  'jobs.photo': 'Photo',
  'jobs.avatar': 'Profile picture',
  'jobs.missing': 'This job is not here. It may have been deleted.',
  'state.queued': 'Queued',
  'state.running': 'Running',
  'state.succeeded': 'Done',
  'state.failed': 'Failed',
  'state.cancelled': 'Cancelled',
  'spoken.state': '{name}: {state}',

  'op.none': 'Convert',
  'op.crop': 'Crop {width} × {height}',
  'op.cropAspect': 'Crop {aspect}',
  'op.resize': 'Resize {size}',
  'op.blur': 'Blur σ{sigma}',
  'op.adjust': 'Brightness {brightness}, contrast {contrast}, saturation {saturation}',
  'op.grayscale': 'Grayscale',
  'op.sharpen': 'Sharpen {amount} σ{sigma}',
  'op.rotate': 'Rotate {angle}°',
  'op.flip.horizontal': 'Flip ↔',
  'op.flip.vertical': 'Flip ↕',

  'compare.before': 'Before',
  'compare.after': 'After',
  'compare.slider': 'How much of the original to show',
  'compare.noShow': 'This browser cannot show this format. Download it instead.',
  'compare.recipe': 'Recipe',
  'compare.size': 'Size',
  'compare.took': 'Took',
  'compare.seconds': '{seconds} s',
  'compare.where': 'Worker',
};

const KO = {
  tagline: '사진을 다듬고, 무엇도 잃지 않습니다.',
  skip: '본문으로 건너뛰기',
  language: '언어',
  cancel: '취소',
  close: '닫기',
  retry: '다시 시도',
  'problem.away': '서버에 연결할 수 없습니다.',
  'problem.status': '서버가 이유 없이 {status}(으)로 응답했습니다.',
  'away.wait': '서버에 연결할 수 없습니다. {seconds}초 뒤에 다시 시도합니다.',
  'away.said': '{detail} {seconds}초 뒤에 다시 시도합니다.',
  'away.now': '지금 시도',
  'away.live': '실시간 소식이 멈췄습니다. 다시 연결하는 중…',

  'sign.in': '로그인',
  'sign.up': '계정 만들기',
  'sign.inTitle': '다시 오셨군요',
  'sign.upTitle': '계정을 만들어 주세요',
  'sign.toUp': '처음이신가요? 계정 만들기',
  'sign.toIn': '계정이 있으신가요? 로그인',
  'sign.name': '이름',
  'sign.email': '이메일',
  'sign.password': '비밀번호',
  'sign.show': '비밀번호 보기',
  'sign.expired': '로그아웃되었습니다. 계속하려면 로그인해 주세요.',

  'account.menu': '계정: {name}',
  'account.picture': '프로필 사진 바꾸기',
  'account.pictureWait': '프로필 사진을 바꾸는 중…',
  'account.password': '비밀번호 바꾸기',
  'account.out': '로그아웃',
  'account.outAll': '모든 기기에서 로그아웃',

  'password.title': '비밀번호 바꾸기',
  'password.hint': '다른 모든 기기에서는 로그아웃됩니다.',
  'password.current': '현재 비밀번호',
  'password.new': '새 비밀번호',
  'password.go': '비밀번호 바꾸기',
  'password.done': '비밀번호를 바꾸었습니다. 다른 모든 기기에서는 로그아웃되었습니다.',

  'nav.main': '주 메뉴',
  'nav.photos': '사진',
  'nav.jobs': '작업',

  'photos.title': '사진',
  'photos.drop': '사진을 아무 데나 끌어다 놓거나',
  'photos.choose': '사진 고르기',
  'photos.dropNow': '놓으면 올라갑니다',
  'photos.empty': '아직 사진이 없습니다',
  'photos.emptyHint': '여기에 끌어다 놓거나 이 기기에서 골라 주세요.',
  'photos.more': '더 보기',
  'photos.edit': '{name} 편집',
  'photos.unnamed': '제목 없음',
  'photos.delete': '{name} 삭제',
  'photos.deleteTitle': '이 사진을 삭제할까요?',
  'photos.deleteText': '“{name}”과(와) 이 사진으로 만든 모든 결과가 삭제됩니다. 되돌릴 수 없습니다.',
  'photos.deleteYes': '삭제',
  'photos.deleted': '삭제했습니다.',
  'photos.result': '결과',
  'photos.of': '원본: {name}',
  'photos.results.one': '결과 1개',
  'photos.results': '결과 {count}개',

  'upload.title': '업로드',
  'upload.waiting': '대기 중',
  'upload.sending': '{percent}%',
  'upload.checking': '확인 중…',
  'upload.done': '올렸습니다',
  'upload.again': '{seconds}초 뒤에 다시 시도합니다',
  'upload.retry': '{name} 다시 올리기',
  'upload.stop': '{name} 치우기',
  'upload.clear': '치우기',

  'edit.title': '편집',
  'edit.back': '사진 목록으로',
  'edit.stage': '미리 보기',
  'edit.loading': '사진을 불러오는 중…',
  'edit.small': '이 브라우저는 원본을 표시할 수 없어 작은 사본으로 미리 봅니다.',
  'edit.noPreview': '이 사진은 여기에 표시할 수 없습니다. 편집은 실행할 수 있습니다.',
  'edit.turn': '돌리기',
  'edit.left': '왼쪽으로 돌리기',
  'edit.right': '오른쪽으로 돌리기',
  'edit.flipH': '좌우 뒤집기',
  'edit.flipV': '상하 뒤집기',
  'edit.crop': '자르기',
  'edit.cropBox': '자르기 상자. 방향키로 옮기고 Shift와 방향키로 크기를 바꿉니다.',
  'edit.cropNow': '자르기 {width} × {height}, 위치 {left}, {top}',
  'edit.shape': '비율',
  'edit.free': '자유',
  'edit.x': 'X',
  'edit.y': 'Y',
  'edit.w': 'W',
  'edit.h': 'H',
  'edit.xLong': '왼쪽 위치(픽셀)',
  'edit.yLong': '위쪽 위치(픽셀)',
  'edit.wLong': '너비(픽셀)',
  'edit.hLong': '높이(픽셀)',
  'edit.sharpen': '선명하게',
  'edit.amount': '세기',
  'edit.radius': '반경',
  'edit.sharpenAmount': '선명하게 세기',
  'edit.sharpenSigma': '선명하게 반경(시그마)',
  'edit.blur': '흐리게',
  'edit.blurSigma': '흐리게 반경(시그마)',
  'edit.detail': '실제 크기',
  'edit.detailHint': '실제 크기로 본 부분. 끌거나 방향키로 다른 곳을 볼 수 있습니다.',
  'edit.resize': '크기 조절',
  'edit.width': '너비',
  'edit.original': '원래대로',
  'edit.output': '저장 형식',
  'edit.format': '형식',
  'edit.quality': '품질',
  'edit.lossless': '무손실',
  'edit.result': '{width} × {height} px',
  'edit.run': '실행',
  'edit.reset': '초기화',
  'edit.view': '결과 보기',
  'edit.missing': '이 사진을 찾을 수 없습니다. 삭제되었을 수 있습니다.',

  'jobs.title': '작업',
  'jobs.empty': '진행 중인 작업이 없습니다',
  'jobs.emptyHint': '사진을 열어 다듬고 실행을 눌러 주세요.',
  'jobs.more': '지난 작업 더 보기',
  'jobs.cancel': '취소',
  'jobs.retry': '다시 시도',
  'jobs.download': '내려받기',
  'jobs.compare': '전 / 후 비교',
  'jobs.edit': '다시 편집',
  'jobs.attempt': '{attempt}번째 시도',
  'jobs.progress': '진행률',
  'jobs.photo': '사진',
  'jobs.avatar': '프로필 사진',
  'jobs.missing': '이 작업을 찾을 수 없습니다. 삭제되었을 수 있습니다.',
  'state.queued': '대기',
  'state.running': '진행 중',
  'state.succeeded': '완료',
  'state.failed': '실패',
  'state.cancelled': '취소됨',
  'spoken.state': '{name}: {state}',

  'op.none': '변환',
  'op.crop': '자르기 {width} × {height}',
  'op.cropAspect': '자르기 {aspect}',
  'op.resize': '크기 {size}',
  'op.blur': '흐리게 σ{sigma}',
  'op.adjust': '밝기 {brightness}, 대비 {contrast}, 채도 {saturation}',
  'op.grayscale': '흑백',
  'op.sharpen': '선명하게 {amount} σ{sigma}',
  'op.rotate': '회전 {angle}°',
  'op.flip.horizontal': '좌우 뒤집기',
  'op.flip.vertical': '상하 뒤집기',

  'compare.before': '전',
  'compare.after': '후',
  'compare.slider': '원본을 보여 줄 너비',
  'compare.noShow': '이 브라우저는 이 형식을 표시할 수 없습니다. 내려받아 주세요.',
  'compare.recipe': '편집 내용',
  'compare.size': '크기',
  'compare.took': '걸린 시간',
  'compare.seconds': '{seconds}초',
  'compare.where': '작업자',
};

/// The languages, by tag, as each names itself.
export const LANGUAGES = { en: 'English', ko: '한국어' };

const TEXTS = { en: EN, ko: KO };
const listeners = new Set();
let chosen = first();

function first() {
  const kept = localStorage.getItem(KEPT);
  if (kept in TEXTS) return kept;
  return navigator.language?.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}

/// The tag of the language in use.
export const language = () => chosen;

/// Switches the language and tells who listens.
export function speak(tag) {
  chosen = tag;
  localStorage.setItem(KEPT, tag);
  document.documentElement.lang = tag;
  for (const listener of listeners) listener(tag);
}

/// Calls `listener` after every switch; answers how to stop that.
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/// The text `key` with `{name}` replaced from `values`; a value that is itself [key, values] is
/// looked up too.
export function t(key, values = {}) {
  const text = TEXTS[chosen][key] ?? EN[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return Array.isArray(value) ? t(...value) : String(value ?? '');
  });
}

/// Bytes for a person: 1.2 MB.
export function size(bytes) {
  const units = ['B', 'kB', 'MB', 'GB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** step;
  const digits = step > 0 && value < 10 ? 1 : 0;
  return `${value.toLocaleString(chosen, { maximumFractionDigits: digits })} ${units[step]}`;
}

document.documentElement.lang = chosen;
