package io.wkmq.benchmarks.load;

import org.jspecify.annotations.Nullable;

/** The options of the command line, in the order of the help. */
enum Flag {
    HOST("-h", "--host", "HOST", "the broker (localhost)"),
    PORT("-p", "--port", "PORT", "its port (1883, --tls 8883, --ws 8083, both 8084)"),
    VERSION("-V", "--version", "4|5", "MQTT 3.1.1 or 5 (5)"),
    CLIENTS(
            "-c",
            "--clients",
            "N",
            "how many publishers (pub), subscribers (sub), pairs (pair), subscribers of a"
                    + " fan-out or share group, publishers of a fan-in, or connections (conn) (1)"),
    PUBLISHERS("-P", "--publishers", "N", "how many publishers (from -c and --pattern)"),
    SUBSCRIBERS("-S", "--subscribers", "N", "how many subscribers (from -c and --pattern)"),
    PATTERN(null, "--pattern", "WHO", "pair, fanout, fanin or share (pair)"),
    QOS("-q", "--qos", "0|1|2", "QoS of the messages (0)"),
    SUB_QOS(null, "--sub-qos", "0|1|2", "QoS of the subscriptions (that of the messages; sub: 2)"),
    SIZE("-s", "--size", "BYTES", "size of a payload, at least 24 (256)"),
    TOPIC("-t", "--topic", "TOPIC", "topic; %i is the client's number, %c its client id (wkbench/%i)"),
    RATE(
            "-r",
            "--rate",
            "N",
            "messages a second, all publishers together; 0 for as many as the window lets" + " through (0)"),
    INFLIGHT(null, "--inflight", "N", "unacknowledged QoS 1 and 2 messages of a publisher (100)"),
    DURATION("-d", "--duration", "SECONDS", "how long to measure (10, or until -n messages are sent)"),
    MESSAGES("-n", "--messages", "N", "how many messages, all publishers together (no end)"),
    WARMUP(null, "--warmup", "SECONDS", "seconds at the start that are checked but not measured (0)"),
    TLS(null, "--tls", null, "speak TLS"),
    CAFILE(null, "--cafile", "FILE", "PEM file of the authorities to trust (those of Java)"),
    INSECURE(null, "--insecure", null, "take any certificate"),
    WS(null, "--ws", null, "speak MQTT over WebSocket, path /mqtt"),
    USER("-u", "--user", "NAME", "user name"),
    PASSWORD("-w", "--password", "TEXT", "password"),
    CLEAN(null, "--clean", null, "sessions end with their connection (default)"),
    PERSISTENT(null, "--persistent", null, "sessions outlive their connection"),
    IFADDR(null, "--ifaddr", "ADDRESSES", "local addresses to connect from, in turn, separated by commas"),
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

    /** As in an error: {@code -q/--qos}. */
    String text() {
        return letter == null ? word : letter + "/" + word;
    }

    /** What value it expects. */
    String expected() {
        return value == null ? "no value" : value;
    }

    String help() {
        return help;
    }
}
