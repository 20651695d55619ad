package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.util.PartitionSpecificRunnableAdaptor;
import com.hazelcast.spi.impl.NodeEngineImpl;
import io.wkmq.channel.engine.EngineLoop;
import java.util.concurrent.TimeUnit;

/**
 * The thread on which Hazelcast applies the log of a group. Everything else that concerns the group's replica also runs on it, so that no
 * handover between threads is needed. Thread-safe.
 */
final class GroupLoop implements EngineLoop {
    private final int partition;
    private volatile NodeEngineImpl engine;

    GroupLoop(NodeEngineImpl engine, int partition) {
        this.engine = engine;
        this.partition = partition;
    }

    /** Moves to a member that was restarted in this process. */
    void moveTo(NodeEngineImpl started) {
        engine = started;
    }

    @Override
    public void execute(Runnable task) {
        engine.getOperationService().execute(new PartitionSpecificRunnableAdaptor(task, partition));
    }

    @Override
    public void after(long delayMs, Runnable task) {
        var unused = engine.getExecutionService().schedule(() -> execute(task), delayMs, TimeUnit.MILLISECONDS);
    }

    @Override
    public long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
