/** The command by which the prelude tells the host what a script threw and where; no client can name it. */
export const raised = '\u0000raised';

/**
 * Goes before every script, on its first line, and mends two things of the engine so that scripts see what they see
 * in Redis: numbers reach a command with all their digits (the engine gives 14), and what `redis.call` and `error` throw
 * keeps its message and its line up to the reply. It adds two locals and changes no global.
 */
export const prelude = [
  'local redis, error = (function(raw, throw, pcall, type, tonumber, format, select, setmetatable)',
  'local function text(v) if type(v) ~= "number" then return v end',
  'if v == v and v > -1e17 and v < 1e17 and v % 1 == 0 then return format("%.0f", v) end',
  'for digits = 15, 17 do local s = format("%." .. digits .. "g", v) if digits == 17 or tonumber(s) == v then return s end end end',
  'local function ask(...) local n, given = select("#", ...), {...}',
  'if n == 0 then return raw.pcall() end',
  'for i = 1, n do local kind = type(given[i])',
  'if kind ~= "string" and kind ~= "number" then return { err = "ERR Lua redis lib command arguments must be strings or integers" } end',
  'given[i] = text(given[i]) end return raw.pcall(unpack(given, 1, n)) end',
  'local function toss(e, level) local _, at = pcall(throw, "", level) raw.pcall("\\0raised", e.err, at) throw(e.err, 0) end',
  'local own = { pcall = ask, call = function(...) local r = ask(...)',
  'if type(r) == "table" and type(r.err) == "string" then toss({ err = r.err }, 4) end return r end }',
  'local function error(e, level) if type(e) == "table" and type(e.err) == "string" then toss(e, 4) end',
  'level = level or 1 if level ~= 0 then level = level + 1 end throw(e, level) end',
  'return setmetatable({}, { __index = function(_, k) if own[k] ~= nil then return own[k] end return raw[k] end, __newindex = function() throw("Attempt to modify a readonly table", 2) end }), error',
  'end)(redis, error, pcall, type, tonumber, string.format, select, setmetatable) ',
].join(' ');
