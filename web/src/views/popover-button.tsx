import { type KeyboardEvent, type ReactElement, type ReactNode, useId, useRef, useState } from "react";
import { Icon, type IconName } from "./icon.tsx";

/** A button that opens a small panel beside itself: the browser closes it on Escape, on a click elsewhere, and gives the focus back. */
export function PopoverButton({
  label,
  icon,
  className = "icon-button",
  children,
}: {
  readonly label: string;
  readonly icon: IconName;
  readonly className?: string;
  /** Made when it opens; `close` is for what has done its work. */
  readonly children: (close: () => void) => ReactNode;
}): ReactElement {
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const toggle = (state: string): void => {
    setOpen(state === "open");
    if (state === "open" && panel.current !== null && button.current !== null) {
      const opened = panel.current;
      placeBeside(opened, button.current.getBoundingClientRect());
      requestAnimationFrame(() => {
        if (button.current !== null) placeBeside(opened, button.current.getBoundingClientRect());
        opened.querySelector<HTMLElement>("button, a, input, select")?.focus();
      });
    }
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        aria-expanded={isOpen}
        popoverTarget={id}
        title={label}
      >
        <Icon name={icon} />
      </button>
      <div
        id={id}
        ref={panel}
        popover="auto"
        className="popover"
        role="group"
        aria-label={label}
        onToggle={(event) => toggle(event.newState)}
        onKeyDown={moveFocus}
      >
        {isOpen && children(() => panel.current?.hidePopover())}
      </div>
    </>
  );
}

/** A line of a {@link PopoverButton}'s panel. */
export function MenuItem({
  icon,
  children,
  onSelect,
}: {
  readonly icon: IconName;
  readonly children: ReactNode;
  readonly onSelect: () => void;
}): ReactElement {
  return (
    <button type="button" className="menu-item" onClick={onSelect}>
      <Icon name={icon} />
      <span>{children}</span>
    </button>
  );
}

function placeBeside(panel: HTMLElement, anchor: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = anchor.bottom + 6;
  const top = below + height > innerHeight - 8 ? Math.max(8, anchor.top - height - 6) : below;
  panel.style.top = `${top}px`;
  panel.style.left = `${Math.min(Math.max(8, anchor.right - width), innerWidth - width - 8)}px`;
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || event.target instanceof HTMLInputElement) {
    return;
  }
  const lines = Array.from(event.currentTarget.querySelectorAll<HTMLElement>(".menu-item"));
  const index = lines.findIndex((line) => line === document.activeElement);
  event.preventDefault();
  event.stopPropagation();
  lines.at((index + step) % lines.length)?.focus();
}
