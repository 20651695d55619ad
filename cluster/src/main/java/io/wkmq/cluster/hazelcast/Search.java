package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.membership.SeedSource;
import java.util.List;

/** Whether and where this node looks for others. Outlives the member that looks. Thread-safe. */
final class Search {
    private final SeedSource seeds;
    private final boolean heal;
    private volatile boolean metOthers;
    private volatile boolean alone;
    private volatile boolean paused;

    Search(SeedSource seeds, boolean heal) {
        this.seeds = seeds;
        this.heal = heal;
    }

    /** Where others may be; nowhere for a node that is to stay alone. */
    List<SeedAddress> seeds() {
        return alone ? List.of() : seeds.seeds();
    }

    /** Whether to look for clusters other than that in which the node is. */
    boolean on() {
        return !alone && !paused && (heal || !metOthers);
    }

    /** The node has been in a cluster with others: if it is apart from them now, that is a split. */
    void metOthers() {
        metOthers = true;
    }

    /** The node left or was removed: it does not look for others until it is told to join. */
    void stayAlone() {
        alone = true;
    }

    void joinOthers() {
        alone = false;
    }

    /** Looks for nobody while the administrator's own change runs. */
    void pause(boolean pause) {
        paused = pause;
    }
}
