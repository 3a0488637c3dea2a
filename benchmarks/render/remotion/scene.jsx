// The common scene as a Remotion composition: React and CSS, values from the current frame.
import React, { useEffect, useState } from "react";
import {
  AbsoluteFill,
  Composition,
  continueRender,
  delayRender,
  Easing,
  interpolate,
  registerRoot,
  staticFile,
  useCurrentFrame,
  useVideoConfig,
} from "remotion";

const FACES = { 400: "Inter-400.ttf", 500: "Inter-500.ttf", 600: "Inter-600.ttf" };
const CLAMP = { extrapolateLeft: "clamp", extrapolateRight: "clamp" };
const cubic = Easing.out(Easing.cubic);
const between = (t, from, to, easing) => interpolate(t, [from, to], [0, 1], { ...CLAMP, easing });
const smooth = (x) => x * x * (3 - 2 * x);

const useFaces = () => {
  const [handle] = useState(() => delayRender("faces"));
  useEffect(() => {
    const load = async ([weight, file]) => document.fonts.add(await new FontFace("Inter", `url(${staticFile(file)})`, { weight }).load());
    Promise.all(Object.entries(FACES).map(load)).then(() => continueRender(handle));
  }, [handle]);
};

const Panels = ({ panels, months }) => (
  <>
    {panels.map(([left, top, width, height]) => (
      <g key={left}>
        <rect x={left} y={top} width={width} height={height} rx={24} fill="#fff" fillOpacity={18 / 255} />
        {[1, 2, 3, 4].map((k) => (
          <line key={k} x1={left + 24} x2={left + width - 24} y1={top + k * 112} y2={top + k * 112} stroke="#fff" strokeOpacity={24 / 255} />
        ))}
      </g>
    ))}
    {months.map((month, i) => (
      <text key={month} x={163 + i * 75} y={800} textAnchor="middle" fontSize={24} fill="#cbd5e1">{month}</text>
    ))}
  </>
);

const Bars = ({ t, values }) =>
  values.map((value, i) => {
    const way = between(t, 0.8 + 0.08 * i, 2 + 0.08 * i, cubic);
    if (way <= 0) return null;
    const height = value * 2.9 * way;
    return (
      <g key={i}>
        <rect x={136 + i * 75} y={770 - height} width={54} height={height} rx={8} fill="url(#bar)" />
        <text x={163 + i * 75} y={758 - height} textAnchor="middle" fontWeight={600} fontSize={26} fill="#fff">{Math.round(value * way)}</text>
      </g>
    );
  });

const Line = ({ t, values }) => {
  const points = values.map((value, i) => [1150 + i * (644 / 59), 800 - (value - 80) * 0.52]);
  const way = smooth(between(t, 3, 6)) * 59;
  if (way <= 0) return null;
  const k = Math.floor(way);
  const shown = points.slice(0, k + 1);
  if (k < 59) shown.push([0, 1].map((axis) => interpolate(way, [k, k + 1], [points[k][axis], points[k + 1][axis]])));
  const tip = shown.at(-1);
  const path = `M${shown.map((point) => point.join(",")).join("L")}`;
  return (
    <>
      <path d={`${path}L${tip[0]},800L${shown[0][0]},800Z`} fill="url(#area)" />
      <path d={path} fill="none" stroke="#34d399" strokeWidth={5} strokeLinecap="round" strokeLinejoin="round" />
      <circle cx={tip[0]} cy={tip[1]} r={14} fill="#34d399" opacity={0.66} filter="url(#glow)" />
      <circle cx={tip[0]} cy={tip[1]} r={8} fill="#fff" />
      <text x={1150} y={310} fontSize={40} fontWeight={600} fill="#fff">{`€ ${Math.round(values[k] * 10).toLocaleString("en")}`}</text>
    </>
  );
};

const Defs = () => (
  <defs>
    <linearGradient id="bar" gradientUnits="userSpaceOnUse" x1="0" y1="300" x2="0" y2="770">
      <stop stopColor="#60a5fa" />
      <stop offset="1" stopColor="#2563eb" />
    </linearGradient>
    <linearGradient id="area" gradientUnits="userSpaceOnUse" x1="0" y1="300" x2="0" y2="800">
      <stop stopColor="#34d399" stopOpacity=".53" />
      <stop offset="1" stopColor="#34d399" stopOpacity="0" />
    </linearGradient>
    <filter id="glow"><feGaussianBlur stdDeviation="8" /></filter>
  </defs>
);

const Rising = ({ t, start, top, size, weight, ink, children }) => {
  const way = between(t, start, start + 0.8, cubic);
  const style = { position: "absolute", left: 96, top: top + 60 * (1 - way), fontSize: size, fontWeight: weight, color: ink, opacity: way };
  return <div style={style}>{children}</div>;
};

const LowerThird = ({ t, person, role }) => {
  const way = between(t, 5, 5.7, cubic);
  if (way <= 0) return null;
  const style = {
    position: "absolute", left: -720 + 816 * way, top: 848, width: 560, height: 104, borderRadius: 14, overflow: "hidden",
    background: "rgba(2,6,23,.86)", borderLeft: "10px solid #f59e0b", boxSizing: "border-box", paddingLeft: 26, paddingTop: 8,
  };
  return (
    <div style={style}>
      <div style={{ fontSize: 40, fontWeight: 600, color: "#fff", lineHeight: "48px" }}>{person}</div>
      <div style={{ fontSize: 28, color: "#fcd34d" }}>{role}</div>
    </div>
  );
};

const Caption = ({ t, captions, every, fade }) => {
  const index = Math.min(captions.length - 1, Math.floor(t / every));
  const card = {
    display: "inline-block", background: "rgba(0,0,0,.59)", borderRadius: 16, padding: "0 28px", lineHeight: "72px",
    fontSize: 40, fontWeight: 500, color: "#fff",
  };
  return (
    <div style={{ position: "absolute", top: 978, left: 0, right: 0, textAlign: "center", opacity: between(t, every * index, every * index + fade) }}>
      <span style={card}>{captions[index]}</span>
    </div>
  );
};

const Scene = (props) => {
  useFaces();
  const t = useCurrentFrame() / useVideoConfig().fps;
  const background = "radial-gradient(1728px 1242px at 22% 12%,#1e3a8a,#1e3a8a00),linear-gradient(180deg,#15264f,#0b1220)";
  return (
    <AbsoluteFill style={{ background, fontFamily: "Inter" }}>
      <svg width={1920} height={1080} style={{ position: "absolute" }}>
        <Defs />
        <Panels panels={props.panels} months={props.months} />
        <Bars t={t} values={props.bars} />
        <Line t={t} values={props.line} />
      </svg>
      <Rising t={t} start={0} top={70} size={72} weight={600} ink="#fff">{props.title}</Rising>
      <Rising t={t} start={0.3} top={174} size={36} weight={400} ink="#93c5fd">{props.subtitle}</Rising>
      <LowerThird t={t} person={props.person} role={props.role} />
      <Caption t={t} captions={props.captions} every={props.caption_s} fade={props.caption_fade_s} />
    </AbsoluteFill>
  );
};

registerRoot(() => (
  <Composition id="scene" component={Scene} width={1920} height={1080} fps={30} durationInFrames={300} defaultProps={{}} />
));
