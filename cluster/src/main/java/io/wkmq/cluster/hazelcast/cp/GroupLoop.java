package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.util.PartitionSpecificRunnableAdaptor;
import com.hazelcast.spi.impl.NodeEngineImpl;
import io.wkmq.channel.engine.EngineLoop;
import java.util.concurrent.TimeUnit;

/**
 * The thread on which Hazelcast applies the log of a group: what else concerns the group's replica is carried out there too, so that
 * nobody has to wait for it. Thread-safe.
 */
final class GroupLoop implements EngineLoop {
    private final int partition;
    private volatile NodeEngineImpl engine;

    GroupLoop(NodeEngineImpl engine, int partition) {
        this.engine = engine;
        this.partition = partition;
    }

    /** The member was started again in this process. */
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
