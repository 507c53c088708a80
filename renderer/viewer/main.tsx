// Entry of viewer.html: unpacks what the file carries, opens the records, and shows them to a reader who has nothing else.
import { createRoot } from "react-dom/client";
import "@fontsource/inter/latin-400.css";
import "@fontsource/inter/latin-600.css";
import "@fontsource/jetbrains-mono/latin-400.css";
import "@fontsource/jetbrains-mono/latin-600.css";
import "../tokens/tokens.css";
import "../tokens/base.css";
import "../parts/parts.css";
import "../parts/grid.css";
import "../attribution/attribution.css";
import "./viewer.css";
import { Viewer } from "./viewer";

const root = document.getElementById("root");
if (root) createRoot(root).render(<Viewer />);
