/**
 * A page script with `[name, beyondSeconds]`: presses the button of that name as soon as it is there, then waits until what plays has
 * come so far. It returns what the bar says that plays, and the second.
 */
export const pressAndPlay = `
  const [name, beyondSeconds] = args;
  const deadline = performance.now() + 20000;
  const until = async (ask) => {
    for (;;) {
      const answer = ask();
      if (answer) return answer;
      if (performance.now() > deadline) {
        const media = document.querySelector("video[data-active=true]");
        throw new Error("Waited in vain; media: " + [media?.currentTime, media?.paused, media?.error?.message, media?.currentSrc, document.querySelector(".bar-detail")?.textContent, location.href, document.body.innerText.slice(0, 200)].join(" | "));
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const button = await until(() => Array.from(document.querySelectorAll("main button")).find((each) => each.ariaLabel === name || each.textContent.trim() === name));
  // A machine without a sound card fails what sounds in Firefox; WebKit lets a script begin only what is silent.
  document.querySelector("[aria-label=Mute]")?.click();
  button.click();
  const media = await until(() => document.querySelector("video[data-active=true]"));
  await until(() => media.currentTime > beyondSeconds && !media.paused);
  return [document.querySelector(".bar-title").textContent, Math.floor(media.currentTime)];
`;

/** A page script: the page's heading, as soon as there is one; what there is instead where that takes too long. */
export const headingOf = `
  const deadline = performance.now() + 15000;
  for (;;) {
    const heading = document.querySelector("h1")?.textContent;
    if (heading) return heading;
    if (performance.now() > deadline) {
      const worker = await navigator.serviceWorker?.getRegistration();
      return "No heading: " + JSON.stringify({
        html: document.documentElement.outerHTML.slice(0, 2000),
        controlled: navigator.serviceWorker?.controller?.state,
        worker: [worker?.installing?.state, worker?.waiting?.state, worker?.active?.state],
        resources: performance.getEntriesByType("resource").map(({ name, duration, transferSize }) => [name, Math.round(duration), transferSize]),
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
`;
