package io.wkmq.broker.ctl;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.wkmq.plugins.api.Command.Usage;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;

/** {@code vm}: the information that EMQ shows of the Erlang VM, as far as it exists for the Java VM. */
final class VmCommand implements CtlCommand {
    private static final int NAME_WIDTH = 24;

    private final int eventLoops;
    private final IntSupplier connections;

    VmCommand(int eventLoops, IntSupplier connections) {
        this.eventLoops = eventLoops;
        this.connections = connections;
    }

    @Override
    public String name() {
        return "vm";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("vm all", "Show info of the Java VM"),
                new Usage("vm load", "Show load of the host and the process"),
                new Usage("vm memory", "Show memory of the Java VM"),
                new Usage("vm process", "Show threads of the Java VM"),
                new Usage("vm io", "Show open files of the process"),
                new Usage("vm ports", "Show connections of clients"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        Map<String, Object> values = new LinkedHashMap<>();
        switch (String.join(" ", arguments)) {
            case "", "all" -> {
                load(values);
                memory(values);
                process(values);
                io(values);
                ports(values);
            }
            case "load" -> load(values);
            case "memory" -> memory(values);
            case "process" -> process(values);
            case "io" -> io(values);
            case "ports" -> ports(values);
            default -> throw CtlException.unknownForm();
        }
        answer.table(NAME_WIDTH, values);
    }

    private static void load(Map<String, Object> values) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        values.put("cpu/load1", twoDigits(system.getSystemLoadAverage()));
        values.put("cpu/process", twoDigits(system.getProcessCpuLoad()));
        values.put("cpu/count", system.getAvailableProcessors());
    }

    private static String twoDigits(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static void memory(Map<String, Object> values) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        MemoryUsage heap = memory.getHeapMemoryUsage();
        MemoryUsage other = memory.getNonHeapMemoryUsage();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        values.put("memory/total", heap.getCommitted() + other.getCommitted() + direct);
        values.put("memory/heap_used", heap.getUsed());
        values.put("memory/heap_committed", heap.getCommitted());
        values.put("memory/heap_max", heap.getMax());
        values.put("memory/nonheap_used", other.getUsed());
        values.put("memory/direct", direct);
    }

    private void process(Map<String, Object> values) {
        values.put("process/pid", ProcessHandle.current().pid());
        values.put("process/threads", ManagementFactory.getThreadMXBean().getThreadCount());
        values.put("process/threads_max", ManagementFactory.getThreadMXBean().getPeakThreadCount());
        values.put("process/event_loops", eventLoops);
    }

    private static void io(Map<String, Object> values) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            values.put("io/max_fds", unix.getMaxFileDescriptorCount());
            values.put("io/active_fds", unix.getOpenFileDescriptorCount());
        }
    }

    private void ports(Map<String, Object> values) {
        values.put("ports/count", connections.getAsInt());
    }
}
