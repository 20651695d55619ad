package io.wkmq.benchmarks.load;

/** The text of {@code --help}. Stateless. */
final class Help {
    private static final int LEFT = 28;
    private static final int WIDTH = 100;

    private Help() {}

    static String text() {
        StringBuilder text = new StringBuilder("""
                usage: wkbench COMMAND [OPTIONS]
                       wkbench scenario list | all | NAME... [OPTIONS]

                Loads an MQTT broker and checks every message: loss, duplicates, order, latency.

                commands:
                  pub      publish
                  sub      subscribe and check what other wkbench processes publish
                  pubsub   publish and subscribe
                  conn     connect and stay
                  subs     subscribe to many filters, then try some of them
                  retain   store many retained messages, then read and remove them
                  offline  queue messages for persistent sessions that are away, then let them come back
                  churn    connect and disconnect at a rate, beside pairs that publish and subscribe
                  channel  publish to channels of wkmq over all of its nodes, check the number that each
                           message gets, then replay them
                  scenario runs with a name, for figures that can be compared; takes the options about the
                           broker, --scale and --json
                  link     forward messages from one node to another, without clients: rate and
                           delay; takes seconds (5) and messages a second for the delay (2000)
                  micro    time single steps in the JVM; needs a checkout, takes the options of JMH

                options (default):
                """);
        for (Flag flag : Flag.values()) {
            String left = "  " + flag.text().replace("/", ", ") + (flag.takesValue() ? " " + flag.expected() : "");
            text.append(left);
            int column = left.length();
            if (column >= LEFT) {
                text.append('\n');
                column = 0;
            }
            text.append(" ".repeat(LEFT - column));
            append(text, flag.help());
        }
        return text.append("""

                examples:
                  wkbench pubsub -c 10 -q 1 -d 30              10 pairs, as fast as QoS 1 allows
                  wkbench pubsub --pattern fanout -c 1000 -r 100
                  wkbench pubsub --pattern share -P 10 -S 4 -q 2
                  wkbench conn -c 50000 -d 600 --ifaddr 127.0.0.1,127.0.0.2
                  wkbench channel --hosts 127.0.0.1:2881,127.0.0.1:2882 -P 64 --inflight 100 --replay
                  wkbench scenario 1to1-qos1 pairs100 -h broker --json

                exit status: 0 if all went well; 1 if a QoS 1 or 2 message was lost, came out of order or twice
                (at QoS 1 only if no connection was lost), or the broker could not be reached; 2 for a wrong
                command line.
                """).toString();
    }

    private static void append(StringBuilder text, String help) {
        int column = LEFT;
        for (String word : help.split(" ", -1)) {
            if (column + word.length() > WIDTH) {
                text.setLength(text.length() - 1);
                text.append('\n').append(" ".repeat(LEFT));
                column = LEFT;
            }
            text.append(word).append(' ');
            column += word.length() + 1;
        }
        text.setLength(text.length() - 1);
        text.append('\n');
    }
}
