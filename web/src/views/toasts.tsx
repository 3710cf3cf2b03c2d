import type { ReactElement } from "react";
import { useServices, useStore } from "../app/services.ts";

/** The one place from which screen readers are told what happens by itself. */
export function LiveRegion(): ReactElement {
  const { announcer } = useServices();
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {useStore(announcer.spoken)}
    </div>
  );
}

/** Short messages. They are read out by the {@link LiveRegion}. */
export function Toasts(): ReactElement {
  const { announcer } = useServices();
  return (
    <section className="toasts" aria-label="Messages">
      {useStore(announcer.toasts).map(({ id, text, action }) => (
        <div className="toast" key={id}>
          <span>{text}</span>
          {action !== undefined && (
            <button
              type="button"
              onClick={() => {
                action.run();
                announcer.dismiss(id);
              }}
            >
              {action.label}
            </button>
          )}
        </div>
      ))}
    </section>
  );
}
