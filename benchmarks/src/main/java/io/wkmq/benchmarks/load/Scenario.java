package io.wkmq.benchmarks.load;

import java.util.List;

/** The named scenarios: fixed command lines of wkbench whose results can be compared. */
enum Scenario {
    ONE_TO_ONE_QOS0("1to1-qos0", "1 publisher, 1 subscriber, QoS 0", "pubsub -V 4 -q 0 --window 500" + Timing.LOAD),
    ONE_TO_ONE_QOS1("1to1-qos1", "the same with QoS 1", "pubsub -V 4 -q 1 --inflight 100 --window 500" + Timing.LOAD),
    ONE_TO_ONE_QOS2("1to1-qos2", "the same with QoS 2", "pubsub -V 4 -q 2 --inflight 100 --window 500" + Timing.LOAD),
    FANIN50_QOS0(
            "fanin50-qos0",
            "50 publishers, 1 subscriber, QoS 0",
            "pubsub -V 4 --pattern fanin -P 50 -q 0 --window 20" + Timing.LOAD),
    FANIN50_QOS1(
            "fanin50-qos1",
            "the same with QoS 1",
            "pubsub -V 4 --pattern fanin -P 50 -q 1 --inflight 20 --window 20" + Timing.LOAD),
    FANOUT500_QOS0(
            "fanout500-qos0",
            "1 publisher, 500 subscribers, QoS 0",
            "pubsub -V 4 --pattern fanout -S 500 -q 0 --window 20" + Timing.LOAD),
    FANOUT500_QOS1(
            "fanout500-qos1",
            "the same with QoS 1",
            "pubsub -V 4 --pattern fanout -S 500 -q 1 --inflight 10 --window 10" + Timing.LOAD),
    PAIRS100("pairs100", "100 pairs, QoS 1", "pubsub -V 4 -c 100 -q 1 --inflight 10 --window 20" + Timing.LOAD),
    SHARE50_10(
            "share50-10",
            "50 publishers, a share group of 10, QoS 1: rate and spread",
            "pubsub -V 4 --pattern share -P 50 -S 10 -q 1 --inflight 20 --window 20" + Timing.LOAD),
    LATENCY2K("latency2k", "2000 messages a second, QoS 1: latency", "pubsub -V 4 -c 10 -q 1 -r 2000" + Timing.LOAD),
    IDLE(
            "idle",
            "100,000 idle connections: connects a second",
            "conn -V 4 -c 100000 -d 30 --ifaddr " + Timing.ADDRESSES),
    SUBS1M(
            "subs1m",
            "1,000,000 wildcard subscriptions of 10,000 sessions",
            "subs -V 4 -n 1000000 -c 10000 --per-packet 10 -q 1"),
    RETAINED1M(
            "retained1m",
            "1,000,000 retained messages, stored and read",
            "retain -V 4 -n 1000000 -P 5 -q 1 --inflight 50"),
    DURABLE_50_PAIRS(
            "durable-50pairs",
            "50 pairs with persistent sessions, QoS 1",
            "pubsub -V 4 -c 50 -q 1 --persistent --inflight 10 --window 20" + Timing.LOAD),
    DURABLE_WINDOW(
            "durable-window",
            "1 pair with persistent sessions, 100 in flight",
            "pubsub -V 4 -q 1 --persistent --inflight 100 --window 500" + Timing.LOAD),
    DURABLE_SERIAL(
            "durable-serial",
            "the same with one in flight",
            "pubsub -V 4 -q 1 --persistent --inflight 1" + Timing.LOAD),
    OFFLINE1M(
            "offline1m",
            "1,000,000 messages for 10 sessions that are away",
            "offline -V 4 -n 1000000 -S 10 -q 1 --inflight 50"),
    TLS_ONE_TO_ONE(
            "tls-1to1", "1to1-qos1 over TLS", "pubsub --tls -V 4 -q 1 --inflight 100 --window 500" + Timing.LOAD),
    TLS_PAIRS(
            "tls-pairs", "pairs100 over TLS", "pubsub --tls -V 4 -c 100 -q 1 --inflight 10 --window 20" + Timing.LOAD),
    V5(
            "v5",
            "1to1-qos1, then with MQTT 5, a topic alias, user properties and a subscription identifier: the ratio",
            "pubsub -V 4 -q 1 --inflight 100 --window 500" + Timing.LOAD,
            "pubsub -V 5 -q 1 --inflight 100 --window 500 --alias --user-properties 3 --subscription-id" + Timing.LOAD),
    CHURN10K(
            "churn10k",
            "10,000 connects and disconnects a second: latency of 10 pairs beside",
            "churn -V 4 --connects 10000 -c 10 -q 1 -r 1000 -d 60 --ifaddr " + Timing.ADDRESSES),
    CHANNELS(
            "channels",
            "1 and 8 channels, batches of 1, 16 and 128 messages: acknowledged a second, and how late",
            "channel --channel wkbench1 -P 1 --inflight 1" + Timing.LOAD,
            "channel --channel wkbench1 -P 1 --inflight 16" + Timing.LOAD,
            "channel --channel wkbench1 -P 1 --inflight 128" + Timing.LOAD,
            "channel --channel " + Timing.EIGHT + " -P 8 --inflight 1" + Timing.LOAD,
            "channel --channel " + Timing.EIGHT + " -P 8 --inflight 16" + Timing.LOAD,
            "channel --channel " + Timing.EIGHT + " -P 8 --inflight 128" + Timing.LOAD),
    SOAK(
            "soak",
            "mixed load for half an hour, all of it at once",
            "pubsub -V 4 -t soak/qos0/%i -c 10 -q 0 -r 2000" + Timing.SOAK,
            "pubsub -V 4 -t soak/qos1/%i -c 10 -q 1 -r 2000" + Timing.SOAK,
            "pubsub -V 5 -t soak/qos2/%i -c 10 -q 2 -r 1000" + Timing.SOAK,
            "pubsub -V 5 -t soak/fanout/%i --pattern fanout -S 100 -q 1 -r 20" + Timing.SOAK,
            "pubsub -V 4 -t soak/share/%i --pattern share -P 10 -S 5 -q 1 -r 1000" + Timing.SOAK,
            "pubsub -V 5 -t soak/retained/%i -c 10 -q 1 -r 200 --retain" + Timing.SOAK,
            "pubsub -V 5 -t soak/away1/%i -c 20 -q 1 -r 200 --persistent --stay 20" + Timing.SOAK,
            "pubsub -V 4 -t soak/away2/%i -c 20 -q 2 -r 100 --persistent --stay 30" + Timing.SOAK,
            "churn -V 4 -t soak/churn/%i --connects 50 -c 2 -q 1 -r 20" + Timing.SOAK);

    /** Parts shared by several scenarios. */
    private static final class Timing {
        static final String LOAD = " --warmup 10 -d 20";
        static final String SOAK = " -d 1800";
        static final String EIGHT = "wkbench1,wkbench2,wkbench3,wkbench4,wkbench5,wkbench6,wkbench7,wkbench8";
        static final String ADDRESSES =
                "127.0.0.1,127.0.0.2,127.0.0.3,127.0.0.4,127.0.0.5,127.0.0.6,127.0.0.7,127.0.0.8";
    }

    private final String title;
    private final String about;
    private final String lines;

    Scenario(String title, String about, String... lines) {
        this.title = title;
        this.about = about;
        this.lines = String.join("\n", lines);
    }

    static Scenario find(String title) throws UsageException {
        for (Scenario scenario : values()) {
            if (scenario.title.equals(title)) {
                return scenario;
            }
        }
        throw new UsageException(
                "'" + title + "' is no scenario; expected list, all or names that wkbench scenario list shows");
    }

    String title() {
        return title;
    }

    /** Returns a short description. */
    String about() {
        return about;
    }

    /** Returns the command lines. */
    List<String> lines() {
        return lines.lines().toList();
    }

    /** Returns whether any broker can run it without preparation. */
    boolean anywhere() {
        return this != CHANNELS;
    }

    /** Returns whether the lines run simultaneously rather than one after the other. */
    boolean together() {
        return this == SOAK;
    }
}
