package io.wkmq.benchmarks.load;

import org.jspecify.annotations.Nullable;

/** The options of the command line, in the order of the help text. */
enum Flag {
    HOST("-h", "--host", "HOST", "the broker (localhost)"),
    PORT("-p", "--port", "PORT", "its port (1883, --tls 8883, --ws 8083, both 8084)"),
    VERSION("-V", "--version", "4|5", "MQTT 3.1.1 or 5 (5)"),
    CLIENTS(
            "-c",
            "--clients",
            "N",
            "how many publishers (pub), subscribers (sub), pairs (pair), subscribers of a"
                    + " fan-out or share group, publishers of a fan-in, connections (conn), sessions (subs, offline) or"
                    + " pairs beside (churn) (1; subs 100, churn 10)"),
    PUBLISHERS("-P", "--publishers", "N", "how many publishers (from -c and --pattern; channel 64)"),
    SUBSCRIBERS("-S", "--subscribers", "N", "how many subscribers (from -c and --pattern)"),
    PATTERN(null, "--pattern", "WHO", "pair, fanout, fanin or share (pair)"),
    QOS("-q", "--qos", "0|1|2", "QoS of the messages (0; subs, retain, offline, channel 1)"),
    SUB_QOS(null, "--sub-qos", "0|1|2", "QoS of the subscriptions (that of the messages; sub: 2)"),
    SIZE("-s", "--size", "BYTES", "size of a payload, at least 24 (256)"),
    TOPIC("-t", "--topic", "TOPIC", "topic; %i is the client's number, %c its client id (wkbench/%i)"),
    RATE(
            "-r",
            "--rate",
            "N",
            "messages a second, all publishers together; 0 for as many as the window lets through (0; churn 1000)"),
    INFLIGHT(null, "--inflight", "N", "unacknowledged QoS 1 and 2 messages of a publisher (100)"),
    WINDOW(
            null,
            "--window",
            "N",
            "messages of a publisher that may be on their way to its subscribers, at any QoS; 0 for any number (0)"),
    DURATION("-d", "--duration", "SECONDS", "how long to measure (10, or until -n messages are sent)"),
    MESSAGES(
            "-n",
            "--messages",
            "N",
            "how many messages, all publishers together, or subscriptions (subs) (no end; subs, retain, offline"
                    + " 100000)"),
    WARMUP(null, "--warmup", "SECONDS", "seconds at the start that are checked but not measured (0)"),
    RETAIN(null, "--retain", null, "publish retained messages; they are removed at the end"),
    KEEP(null, "--keep", null, "leave retained messages in the broker"),
    ALIAS(null, "--alias", null, "use topic aliases, both ways (MQTT 5)"),
    USER_PROPERTIES(null, "--user-properties", "N", "user properties of a message (MQTT 5) (0)"),
    SUBSCRIPTION_ID(null, "--subscription-id", null, "give subscriptions an identifier (MQTT 5)"),
    HOSTS(null, "--hosts", "HOST:PORT", "nodes, in turn, separated by commas, instead of -h and -p (channel)"),
    CHANNEL(
            null,
            "--channel",
            "NAME",
            "channels, in turn, separated by commas; NAME has to take NAME/# (channel) (wkbench)"),
    REPLAY(null, "--replay", null, "read all that the channels have at the end (channel)"),
    PER_PACKET(null, "--per-packet", "N", "filters in a SUBSCRIBE (subs) (10)"),
    SAMPLES(null, "--samples", "N", "how many of the subscriptions are tried with a message (subs) (1000)"),
    CONNECTS(null, "--connects", "N", "connects and disconnects a second (churn) (1000)"),
    STAY(
            null,
            "--stay",
            "SECONDS",
            "subscribers drop their connection after so long, and come back a second later; with --persistent (for ever)"),
    PATIENCE(
            null,
            "--patience",
            "SECONDS",
            "how long nothing may move before what is missing is taken for lost (3; subs, retain, offline, channel 30)"),
    TLS(null, "--tls", null, "speak TLS"),
    CAFILE(null, "--cafile", "FILE", "PEM file of the authorities to trust (those of Java)"),
    INSECURE(null, "--insecure", null, "take any certificate"),
    WS(null, "--ws", null, "speak MQTT over WebSocket, path /mqtt"),
    USER("-u", "--user", "NAME", "user name"),
    PASSWORD("-w", "--password", "TEXT", "password"),
    CLEAN(null, "--clean", null, "sessions end with their connection (default)"),
    PERSISTENT(null, "--persistent", null, "sessions outlive their connection"),
    IFADDR(null, "--ifaddr", "ADDRESSES", "local addresses to connect from, in turn, separated by commas"),
    SCALE(null, "--scale", "F", "multiplies the counts, rates and durations of a scenario (1)"),
    TLS_PORT(null, "--tls-port", "PORT", "the broker's port for scenarios with TLS (8883)"),
    JSON(null, "--json", null, "print the result as JSON, without progress"),
    HELP(null, "--help", null, "print this");

    private final @Nullable String letter;
    private final String word;
    private final @Nullable String value;
    private final String help;

    Flag(@Nullable String letter, String word, @Nullable String value, String help) {
        this.letter = letter;
        this.word = word;
        this.value = value;
        this.help = help;
    }

    static Flag find(String text) throws UsageException {
        for (Flag flag : values()) {
            if (text.equals(flag.letter) || text.equals(flag.word)) {
                return flag;
            }
        }
        throw new UsageException("'" + text + "' is no option; wkbench --help lists them");
    }

    boolean takesValue() {
        return value != null;
    }

    /** Returns the option as written in error messages: {@code -q/--qos}. */
    String text() {
        return letter == null ? word : letter + "/" + word;
    }

    /** Returns the placeholder of the expected value. */
    String expected() {
        return value == null ? "no value" : value;
    }

    String help() {
        return help;
    }
}
