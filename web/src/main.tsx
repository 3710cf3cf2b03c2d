import { startTransition, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { createServices } from "./app/create-services.ts";
import { ServicesContext } from "./app/services.ts";
import "./styles/index.css";

const root = document.querySelector("#root");
if (root === null) {
  throw new Error('index.html has no element "#root"');
}
const services = await createServices();
// In small pieces: a slow phone answers to a tap in between.
startTransition(() =>
  createRoot(root).render(
    <StrictMode>
      <ServicesContext value={services}>
        <App />
      </ServicesContext>
    </StrictMode>,
  ),
);
