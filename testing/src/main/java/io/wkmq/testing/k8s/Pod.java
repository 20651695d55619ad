package io.wkmq.testing.k8s;

/**
 * A pod behind the service.
 *
 * @param hostname empty unless it belongs to a StatefulSet
 */
public record Pod(String ip, String hostname, boolean ready) {
    /** Parses a line of {@link KubernetesServer}'s pod file: {@code <ip> <ready>}. */
    static Pod parse(String line) {
        String[] words = line.split(" ", -1);
        return new Pod(words[0], "", Boolean.parseBoolean(words[1]));
    }
}
