"""The process in which PyTorch runs one workload. Its first argument is a task, see ../task.ts."""

import json
import os
import re
import resource
import sys
import time

task = json.loads(sys.argv[1])
threads = task.get("threads", 1)
device = task.get("device", "cpu")

# Where the other file is, nothing is to be written.
sys.dont_write_bytecode = True
try:
    import numpy as np
    import torch
    from torch import nn

    from pytorch_net import build, optimizer_for
except ImportError as error:
    print(json.dumps({"missing": f"{error.name} is not installed (Debian: python3-{error.name})"}))
    sys.exit()

if device == "cuda" and not torch.cuda.is_available():
    built = f"for CUDA {torch.version.cuda}" if torch.version.cuda else "without CUDA"
    print(json.dumps({"missing": f"PyTorch {torch.__version__}, built {built}, sees no NVIDIA GPU here"}))
    sys.exit()

torch.manual_seed(0)
torch.set_num_threads(threads)
# As precise as the others: TF32 has 10 bits of 23.
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
workload = task["workload"]
check = task.get("check")
shape, classes, batch_size = workload["inputShape"], workload.get("classes"), workload["batchSize"]


def data():
    """All examples: those of the check, those of the workload, or random ones."""
    rows, examples = workload["rows"], workload.get("examples")
    # One channel may stand anywhere.
    own = [shape[2], shape[0], shape[1]] if len(shape) == 3 else shape
    if check:
        read = lambda name, dtype: torch.from_numpy(np.fromfile(f"{check['folder']}/{name}.bin", dtype))
        y = read("targets", np.int32).long() if classes else read("targets", np.float32)[:, None]
        return read("inputs", np.float32).reshape(-1, *own), y
    if examples:
        return torch.tensor(examples["inputs"]).float(), torch.tensor(examples["targets"])[:, None].float()
    y = torch.randint(0, classes, (rows,)) if classes else torch.rand(rows, 1)
    return torch.rand(rows, *own).mul_(2).sub_(1), y


def openblas_core():
    """The kernels that OpenBLAS took, or None where BLAS is another library."""
    import ctypes

    found = re.search(r"/\S*(openblas|libblas)\S*", open("/proc/self/maps").read())
    if not found:
        return None
    try:
        name = ctypes.CDLL(found[0]).openblas_get_corename
    except AttributeError:
        return None
    name.restype = ctypes.c_char_p
    return name().decode()


def peak_memory():
    try:
        return round(int(re.search(r"VmHWM:\s*(\d+) kB", open("/proc/self/status").read())[1]) / 1024)
    except OSError:
        return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def run():
    model, loaders = build(workload["layers"], shape, with_one_bias=bool(check))
    model.to(device)
    loss_of = nn.CrossEntropyLoss() if classes else nn.MSELoss()
    optimizer = optimizer_for(model, workload["optimizer"])
    before_data = time.perf_counter()
    x, y = (values.to(device) for values in data())
    wait()
    data_ms = (time.perf_counter() - before_data) * 1e3

    def step(xs, ys):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(xs), ys)
        loss.backward()
        optimizer.step()
        return loss

    if check:
        for entry in json.load(open(f"{check['folder']}/parameters.json")):
            parameter, convert = loaders[entry["path"]]
            value = np.fromfile(f"{check['folder']}/{entry['file']}", np.float32)
            with torch.no_grad():
                parameter.copy_(convert(torch.from_numpy(value).reshape(entry["shape"])))
        batches = [slice(i * batch_size, (i + 1) * batch_size) for i in range(check["steps"])]
        return {"losses": [step(x[batch], y[batch]).item() for batch in batches]}

    def batches():
        while True:
            if len(x) == batch_size:
                yield x, y
                continue
            order = torch.randperm(len(x), device=device)
            for i in range(0, len(x), batch_size):
                rows = order[i : i + batch_size]
                yield x[rows], y[rows]

    warm_up, window = (task["timing"][name] / 1e3 for name in ("warmUp", "window"))
    done, first, begin = 0, None, None
    started = lap_began = time.perf_counter()
    # A GPU is given steps in advance; like ours, it is waited for after about 10 ms.
    lap, lap_end = 1, 1
    for xs, ys in batches():
        step(xs, ys)
        done += 1
        if done < lap_end:
            continue
        wait()
        now = time.perf_counter()
        if first is None:
            first, started_ms = now, time.time() * 1e3 - task["spawned"] - data_ms
        elif begin is not None and now - begin[0] >= window:
            break
        elif device == "cuda" and now - lap_began < 5e-3:
            lap *= 2
        if begin is None and now - first >= warm_up and done > 5:
            begin = now, done
        lap_began, lap_end = now, done + lap
    us_per_step = (now - begin[0]) / (done - begin[1]) * 1e6
    return {
        "usPerStep": us_per_step,
        "compileMs": max(0, (first - started) * 1e3 - us_per_step / 1e3),
        "startMs": started_ms,
        "peakMemoryMiB": peak_memory(),
        **({} if device == "cuda" else {"threads": threads}),
        "version": f"PyTorch {torch.__version__}, {library()}",
    }


def wait():
    """What a GPU was given is done when this returns."""
    if device == "cuda":
        torch.cuda.synchronize()


def library():
    """Whose products of matrices were measured, and where."""
    if device == "cuda":
        return f"CUDA {torch.version.cuda}, {torch.cuda.get_device_name()}, f32"
    core = openblas_core()
    return f"OpenBLAS {core}" if core else "no OpenBLAS"


print(json.dumps(run()), flush=True)
# What PyTorch would tidy up now is nobody's concern.
os._exit(0)
