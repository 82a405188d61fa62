// uPlot in the colours of the page. What a chart shows stands beside it as text: the canvas is for the eye alone.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Counts up when the reader changes between light and dark. */
function useScheme(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const changed = () => setCount((before) => before + 1);
    dark.addEventListener("change", changed);
    return () => dark.removeEventListener("change", changed);
  }, []);
  return count;
}

interface ChartProps {
  label: string;
  height: number;
  data: uPlot.AlignedData;
  options: () => Omit<uPlot.Options, "width" | "height">;
}

export function Chart({ label, height, data, options }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const scheme = useScheme();
  const shape = `${scheme} ${data.length}`;

  useEffect(() => {
    const place = box.current!;
    const made = new uPlot({ ...options(), width: place.clientWidth, height }, data, place);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height }));
    resized.observe(place);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, [shape, height]);
  useEffect(() => plot.current?.setData(data), [data]);

  return <div class="chart" role="img" aria-label={label} ref={box} style={{ minHeight: `${height}px` }} />;
}

/** Axes as every chart here has them. */
export function axes(x: Partial<uPlot.Axis>, y: Partial<uPlot.Axis>): uPlot.Axis[] {
  const common = {
    stroke: colour("quiet"), font: "12px system-ui, sans-serif",
    grid: { stroke: colour("line"), width: 1 }, ticks: { show: false },
  };
  return [{ ...common, grid: { show: false }, size: 28, ...x }, { ...common, size: 56, ...y }];
}
