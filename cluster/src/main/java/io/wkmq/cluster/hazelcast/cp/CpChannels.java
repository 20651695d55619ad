package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.config.Config;
import com.hazelcast.config.ConfigAccessor;
import com.hazelcast.config.ServiceConfig;
import com.hazelcast.cp.internal.RaftGroupId;
import com.hazelcast.spi.impl.NodeEngineImpl;
import io.wkmq.channel.engine.LogFollowers;
import io.wkmq.channel.engine.ReplicatedLog;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Groups of channels whose logs are Raft groups. Made before the member that it works with, outlives it. Thread-safe. */
public final class CpChannels {
    private static final long STEP_MS = 500;

    private final ChannelService service;

    /**
     * Channels with those replicas.
     *
     * @param onBroken is told once when a replica fails: the node is to end at once
     */
    public CpChannels(LogFollowers followers, Consumer<IOException> onBroken) {
        this.service = new ChannelService(followers, onBroken);
    }

    void configure(Config config) {
        ConfigAccessor.getServicesConfig(config)
                .addServiceConfig(new ServiceConfig()
                        .setName(ChannelService.NAME)
                        .setEnabled(true)
                        .setImplementation(service));
    }

    void attach(NodeEngineImpl engine) {
        service.attach(engine);
    }

    /**
     * The log of a group, which is made if it is not there. To be called when the member runs; blocks until the CP subsystem does, and the
     * group is known.
     *
     * @param limit how long to wait for the CP subsystem
     * @param deadline after what time a proposal that was not answered fails
     * @throws IllegalStateException if the CP subsystem does not run in time
     */
    public ReplicatedLog log(int group, Duration limit, Duration deadline) throws InterruptedException {
        long since = System.nanoTime();
        // in steps: the member may be started again in another cluster meanwhile
        while (!service.raft().awaitUntilDiscoveryCompleted(STEP_MS, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - since > limit.toNanos()) {
                throw new IllegalStateException("The CP subsystem does not run after " + limit);
            }
        }
        RaftGroupId made = service.raft().createRaftGroupForProxy("log@" + ChannelService.groupName(group));
        return new GroupLog(service, made, deadline);
    }
}
