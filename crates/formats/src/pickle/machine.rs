//! The stack machine: its instructions, and what they leave on the stack.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Entries, PickleError, Problem,
    names::{Name, known_name},
    numbers::{Number, NumberType, escaped, long, utf_8, written},
    stream::Stream,
    values::{Object, Value, damaged, entry, pairs},
};

/// Runs one pickle.
pub(super) struct Machine<'a> {
    stream: Stream<'a>,
    stack: Vec<Value>,
    /// Heights of the stack, the last one up to which the next container takes.
    marks: Vec<usize>,
    memo: BTreeMap<u32, Value>,
    objects: Vec<Object>,
}

impl<'a> Machine<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            stream: Stream::new(bytes),
            stack: Vec::new(),
            marks: Vec::new(),
            memo: BTreeMap::new(),
            objects: Vec::new(),
        }
    }

    /// Runs to the end and gives the dictionary that is left.
    pub fn run(&mut self) -> Result<Entries, PickleError> {
        loop {
            let byte = self.stream.position();
            let at = |problem| PickleError { byte, problem };
            let code = self.stream.byte().map_err(at)?;
            if code == b'.' {
                return self.result().map_err(at);
            }
            self.step(code).map_err(at)?;
        }
    }

    /// What the first dictionary holds so far.
    pub fn first_dictionary(&self) -> Entries {
        let pairs = self.objects.iter().find_map(|object| match object {
            Object::Dictionary(pairs) => Some(pairs),
            _ => None,
        });
        let entries = pairs.into_iter().flatten();
        entries.map_while(|pair| entry(pair).ok()).collect()
    }

    fn result(&mut self) -> Result<Entries, Problem> {
        let value = self.pop()?;
        if !self.stack.is_empty() || !self.marks.is_empty() {
            return damaged("values are left over at its end");
        }
        if !self.stream.is_at_end() {
            return damaged("bytes follow its end");
        }
        match self.object(&value) {
            Some(Object::Dictionary(pairs)) => pairs.iter().map(entry).collect(),
            _ => damaged("it holds no dictionary"),
        }
    }

    fn step(&mut self, code: u8) -> Result<(), Problem> {
        match code {
            0x80 => {
                let protocol = self.stream.byte()?;
                if protocol > 5 {
                    return damaged("its protocol is later than 5");
                }
            }
            // The length of what follows: it is read in one piece anyway.
            0x95 => {
                self.stream.array::<8>()?;
            }
            b'(' => self.marks.push(self.stack.len()),
            b'0' => {
                if self.stack.len() > self.floor() {
                    self.stack.pop();
                } else {
                    self.marks.pop().ok_or_else(nothing_there)?;
                }
            }
            b'1' => {
                self.above_mark()?;
            }
            b'2' => {
                let top = self.top()?.clone();
                self.stack.push(top);
            }
            b'N' => self.stack.push(Value::None),
            0x88 | 0x89 => self.stack.push(Value::Bool),
            b'I' | b'L' | b'F' | b'J' | b'K' | b'M' | b'G' | 0x8a | 0x8b => {
                let value = self.number(code)?;
                self.stack.push(value);
            }
            b'S' | b'T' | b'U' | b'V' | b'X' | 0x8c | 0x8d | b'B' | b'C' | 0x8e | 0x96 => {
                let value = self.text(code)?;
                self.stack.push(value);
            }
            b'g' | b'h' | b'j' | b'p' | b'q' | b'r' | 0x94 => self.remember(code)?,
            b'}' | b'd' | b']' | b'l' | b')' | b't' | 0x85..=0x87 => self.make(code)?,
            b's' | b'u' | b'a' | b'e' => self.fill(code)?,
            b'c' | b'i' | 0x93 => self.name(code)?,
            b'R' => self.call()?,
            b'b' => self.build()?,
            _ => {
                let code = match code {
                    b'P' | b'Q' => "a persistent object".to_owned(),
                    b'o' | 0x81 | 0x92 => "an object of a class".to_owned(),
                    0x82..=0x84 => "a registered extension".to_owned(),
                    code => format!("the instruction 0x{code:02x}"),
                };
                return Err(Problem::Damaged(format!(
                    "it holds {code}, which no dictionary of texts and numbers needs"
                )));
            }
        }
        Ok(())
    }

    fn number(&mut self, code: u8) -> Result<Value, Problem> {
        let stream = &mut self.stream;
        let whole = match code {
            b'F' => return written(stream.line()?).map(|x| Value::Number(Number::Float(x))),
            b'G' => {
                let number = f64::from_be_bytes(stream.array()?);
                return Ok(Value::Number(Number::Float(number)));
            }
            b'I' => match stream.line()? {
                b"00" | b"01" => return Ok(Value::Bool),
                line => written(line)?,
            },
            b'L' => written(stream.line()?)?,
            b'J' => i32::from_le_bytes(stream.array()?).into(),
            b'K' => stream.byte()?.into(),
            b'M' => u16::from_le_bytes(stream.array()?).into(),
            0x8a => long(stream.counted::<1>()?)?,
            _ => long(stream.counted::<4>()?)?,
        };
        Ok(Value::Number(Number::Integer(whole)))
    }

    fn text(&mut self, code: u8) -> Result<Value, Problem> {
        let stream = &mut self.stream;
        Ok(match code {
            b'S' => {
                let line = stream.line()?;
                let ([b'\'', inner @ .., b'\''] | [b'"', inner @ .., b'"']) = line else {
                    return damaged("a text without quotation marks");
                };
                if inner.contains(&b'\\') {
                    return damaged("a text of Python 2 with escapes is not read");
                }
                Value::Text(utf_8(inner)?)
            }
            b'V' => Value::Text(escaped(stream.line()?)?),
            b'T' | b'X' => Value::Text(utf_8(stream.counted::<4>()?)?),
            b'U' | 0x8c => Value::Text(utf_8(stream.counted::<1>()?)?),
            0x8d => Value::Text(utf_8(stream.counted::<8>()?)?),
            b'C' => Value::Bytes(stream.counted::<1>()?.into()),
            b'B' => Value::Bytes(stream.counted::<4>()?.into()),
            _ => Value::Bytes(stream.counted::<8>()?.into()),
        })
    }

    /// Instructions that put the top of the stack aside, or bring it back.
    fn remember(&mut self, code: u8) -> Result<(), Problem> {
        let number = match code {
            b'g' | b'p' => written(self.stream.line()?)?,
            b'h' | b'q' => self.stream.byte()?.into(),
            b'j' | b'r' => u32::from_le_bytes(self.stream.array()?),
            _ => self.memo.len() as u32,
        };
        if matches!(code, b'g' | b'h' | b'j') {
            let value = self.memo.get(&number);
            let value = value.ok_or_else(|| {
                Problem::Damaged(format!(
                    "value {number} is asked for, which was not put aside"
                ))
            })?;
            self.stack.push(value.clone());
        } else {
            let value = self.top()?.clone();
            self.memo.insert(number, value);
        }
        Ok(())
    }

    /// Instructions that make a container.
    fn make(&mut self, code: u8) -> Result<(), Problem> {
        let object = match code {
            b'}' => Object::Dictionary(Vec::new()),
            b'd' => Object::Dictionary(pairs(self.above_mark()?)?),
            b']' => Object::List,
            b'l' => {
                self.above_mark()?;
                Object::List
            }
            b')' => Object::Tuple(Vec::new()),
            b't' => Object::Tuple(self.above_mark()?),
            code => Object::Tuple(self.take_last(usize::from(code - 0x84))?),
        };
        self.push_object(object);
        Ok(())
    }

    /// Instructions that put values into a container below them.
    fn fill(&mut self, code: u8) -> Result<(), Problem> {
        let values = match code {
            b's' => self.take_last(2)?,
            b'a' => self.take_last(1)?,
            _ => self.above_mark()?,
        };
        let Value::Object(at) = *self.top()? else {
            return damaged("values are put into something that is no container");
        };
        match &mut self.objects[at] {
            Object::Dictionary(all) if matches!(code, b's' | b'u') => all.extend(pairs(values)?),
            // What lists hold is not asked for.
            Object::List if matches!(code, b'a' | b'e') => {}
            _ => return damaged("values are put into a container of another sort"),
        }
        Ok(())
    }

    /// Instructions that name something of Python.
    fn name(&mut self, code: u8) -> Result<(), Problem> {
        let known = if code == 0x93 {
            let words = self.take_last(2)?;
            let [Value::Text(module), Value::Text(name)] = words.as_slice() else {
                return damaged("a name of Python that is no text");
            };
            known_name(module, name)?
        } else {
            let module = String::from_utf8_lossy(self.stream.line()?);
            let name = String::from_utf8_lossy(self.stream.line()?);
            if code == b'i' {
                return Err(Problem::Refused(format!("{module}.{name}")));
            }
            known_name(&module, &name)?
        };
        self.stack.push(Value::Name(known));
        Ok(())
    }

    /// What a call of one of the known names gives. Nothing is called.
    fn call(&mut self) -> Result<(), Problem> {
        let called = self.take_last(2)?;
        let [Value::Name(name), arguments] = called.as_slice() else {
            return damaged("something is called that has no name");
        };
        let Some(Object::Tuple(arguments)) = self.object(arguments) else {
            return damaged("a call without arguments");
        };
        let made = match (name, arguments.as_slice()) {
            (Name::Dictionary, [] | [Value::None | Value::Name(Name::Default)]) => {
                self.push_object(Object::Dictionary(Vec::new()));
                return Ok(());
            }
            (Name::NumberType, [Value::Text(code), ..]) => {
                let number_type = NumberType::from_code(code)?;
                self.push_object(Object::NumberType(number_type));
                return Ok(());
            }
            (Name::Scalar, [number_type, Value::Bytes(bytes)]) => {
                let Some(Object::NumberType(number_type)) = self.object(number_type) else {
                    return damaged("a number without type");
                };
                Value::Number(number_type.number(bytes)?)
            }
            (Name::Encode, [Value::Text(text), Value::Text(encoding)])
                if matches!(&**encoding, "latin1" | "latin-1") =>
            {
                let bytes: Result<Arc<[u8]>, _> = text
                    .chars()
                    .map(|letter| {
                        u8::try_from(letter)
                            .or_else(|_| damaged("bytes are written with letters above 255"))
                    })
                    .collect();
                Value::Bytes(bytes?)
            }
            _ => return damaged("a call with arguments that make no dictionary or number"),
        };
        self.stack.push(made);
        Ok(())
    }

    /// Sets the order of bytes of a type of numbers.
    fn build(&mut self) -> Result<(), Problem> {
        let state = self.take_last(1)?;
        let order = match state.first().and_then(|state| self.object(state)) {
            Some(Object::Tuple(state)) => match state.as_slice() {
                [_, Value::Text(order), ..] => Arc::clone(order),
                _ => return damaged("a state that no number has"),
            },
            _ => return damaged("a state that no number has"),
        };
        let Value::Object(at) = *self.top()? else {
            return damaged("a state without an object");
        };
        match &mut self.objects[at] {
            Object::NumberType(number_type) => *number_type = number_type.ordered(&order)?,
            _ => return damaged("a state that no dictionary has"),
        }
        Ok(())
    }

    /// Height of the stack above which values may be taken.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn top(&self) -> Result<&Value, Problem> {
        if self.stack.len() <= self.floor() {
            return Err(nothing_there());
        }
        self.stack.last().ok_or_else(nothing_there)
    }

    fn pop(&mut self) -> Result<Value, Problem> {
        self.top()?;
        self.stack.pop().ok_or_else(nothing_there)
    }

    fn take_last(&mut self, n: usize) -> Result<Vec<Value>, Problem> {
        let from = self.stack.len().checked_sub(n);
        let from = from.filter(|&from| from >= self.floor());
        Ok(self.stack.split_off(from.ok_or_else(nothing_there)?))
    }

    fn above_mark(&mut self) -> Result<Vec<Value>, Problem> {
        let mark = self.marks.pop().ok_or_else(nothing_there)?;
        Ok(self.stack.split_off(mark))
    }

    /// INVARIANT: positions come from [`Self::push_object`], and nothing leaves the arena.
    fn object(&self, value: &Value) -> Option<&Object> {
        match value {
            Value::Object(at) => self.objects.get(*at),
            _ => None,
        }
    }

    fn push_object(&mut self, object: Object) {
        self.stack.push(Value::Object(self.objects.len()));
        self.objects.push(object);
    }
}

fn nothing_there() -> Problem {
    Problem::Damaged("a value is taken where there is none".into())
}
