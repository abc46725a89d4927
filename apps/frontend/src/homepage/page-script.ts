/**
 * Script of every page, an enhancement only: it counts down to the end of the token, and offers to copy. A page is complete
 * without it. It is inline, and the security policy contains its hash.
 */
export const PAGE_SCRIPT = `
for (const time of document.querySelectorAll('time[data-countdown]')) {
  const end = Date.parse(time.dateTime);
  const show = () => {
    const seconds = Math.floor((end - Date.now()) / 1000);
    time.textContent = seconds < 0 ? 'expired' : Math.floor(seconds / 60) + ' min ' + (seconds % 60) + ' s left';
  };
  show();
  setInterval(show, 1000);
}
if (navigator.clipboard) {
  const announcement = document.createElement('p');
  announcement.className = 'only-read-aloud';
  announcement.setAttribute('role', 'status');
  document.querySelector('main').append(announcement);
  for (const code of document.querySelectorAll('code[data-copy]')) {
    const what = code.dataset.copy;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', 'Copy ' + what);
    button.addEventListener('click', async () => {
      announcement.textContent = '';
      let done = 'Copied';
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        done = 'Not copied';
      }
      button.textContent = done;
      announcement.textContent = done + ': ' + what;
      setTimeout(() => (button.textContent = 'Copy'), 3000);
    });
    code.after(button);
  }
}
`;
