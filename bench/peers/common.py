"""How the peers are measured, and the line they print; Measurement.kt does the same for Kortex.

RESULT workload system threads median_ms p10 p90 facts, tab separated."""
import os
import statistics
import time

BATCHES = 4  # resident, cycled
cold = 0.0  # seconds from the start of the process to the end of the first step


def peak_memory():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return float("nan")


def since_start():
    """Seconds since this process began."""
    with open("/proc/self/stat") as stat, open("/proc/uptime") as uptime:
        began = int(stat.read().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
        return float(uptime.read().split()[0]) - began


def quantile(times, share):
    times = sorted(times)
    return times[round(share * (len(times) - 1))]


def emit(workload, system, threads, times, facts):
    median = statistics.median(times)
    numbers = "\t".join("%.4f" % t for t in (median, quantile(times, 0.1), quantile(times, 0.9)))
    facts += " cold_ms=%.0f rss_mb=%.0f" % (cold * 1e3, peak_memory())
    print("RESULT\t%s\t%s\t%d\t%s\t%s" % (workload, system, threads, numbers, facts), flush=True)


def measure(step, warm=1.5, fewest_warm=10, seconds=5.0, fewest=10, most=1000):
    """step() does the work to its end and returns the loss or None. Returns times in ms, losses, ms of the first."""
    start = time.perf_counter()
    losses = [step()]
    first = (time.perf_counter() - start) * 1e3
    global cold
    cold = since_start()
    start = time.perf_counter()
    done = 0
    while done < fewest_warm or (time.perf_counter() - start < warm and done < most):
        losses.append(step())
        done += 1
        if done >= 2 and time.perf_counter() - start > 15:
            break
    times = []
    start = time.perf_counter()
    while len(times) < fewest or (time.perf_counter() - start < seconds and len(times) < most):
        begin = time.perf_counter()
        loss = step()
        times.append((time.perf_counter() - begin) * 1e3)
        losses.append(loss)
        if len(times) >= 3 and time.perf_counter() - start > 25:
            break
    return times, losses, first


def losses_text(losses):
    def at(index):
        return "%.4f" % float(losses[index]) if index < len(losses) and losses[index] is not None else "-"

    return "loss0=%s loss20=%s loss100=%s lossN=%s" % (at(0), at(20), at(100), at(len(losses) - 1))
