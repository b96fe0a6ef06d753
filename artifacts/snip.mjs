// Empties the functions that print a stack trace: in a contract there is none to print.
//
// cosmwasm-std gives every error a `std::backtrace::Backtrace` to carry, disabled in Wasm, and with it come the
// printer of frames and the demangler of their names: some 25 KB that no path reaches. What stands in this list traps.
//
//     node snip.mjs <binaryen's folder> <in.wasm> <out.wasm>
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// Mangled names: frames and their printer, the demangler itself (a name that only ends in it is a generic of
// the core library that others may share), and the text of a whole trace.
const unreached = /backtrace_rs|rustc_demangle(?!$)|std9backtraceNtB\w+_9BacktraceNtNtCs\w+_4core3fmt7Display3fmt$/;

const [folder, input, output] = process.argv.slice(2);
const { default: binaryen } = await import(join(folder, "index.js"));
binaryen.setDebugInfo(true);
const module = binaryen.readBinary(readFileSync(input));
for (let i = 0; i < module.getNumFunctions(); i++) {
    const handle = module.getFunctionByIndex(i);
    const { name, module: imported } = binaryen.getFunctionInfo(handle);
    if (!imported && unreached.test(name)) {
        binaryen.Function(handle).body = module.unreachable();
    }
}
writeFileSync(output, module.emitBinary());
