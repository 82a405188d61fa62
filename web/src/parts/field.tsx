interface FieldProps {
  name: string;
  label: string;
  value: string;
  onValue: (value: string) => void;
  fault?: string;
  hint?: string;
  type?: "text" | "date" | "datetime-local";
  inputMode?: "text" | "decimal";
  required?: boolean;
  maxLength?: number;
  placeholder?: string;
}

/** A labelled input with what the server says of it. */
export function Field({ name, label, value, onValue, fault, hint, type = "text", ...others }: FieldProps) {
  const id = `field-${name}`;
  const described = [fault && `${id}-fault`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
  return (
    <div class={fault ? "field faulty" : "field"}>
      <label for={id}>{label}</label>
      <input {...others} id={id} type={type as "text"} name={name} value={value} aria-invalid={fault ? true : undefined} aria-describedby={described}
             autocomplete="off" onInput={(event) => onValue(event.currentTarget.value)} />
      {hint && <small id={`${id}-hint`}>{hint}</small>}
      {fault && <small class="words" id={`${id}-fault`}>{fault}</small>}
    </div>
  );
}
