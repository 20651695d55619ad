package io.wkmq.testing.k8s;

/**
 * A pod behind the service.
 *
 * @param hostname empty unless it is of a StatefulSet
 */
public record Pod(String ip, String hostname, boolean ready) {
    /** Reads a line as {@link KubernetesServer} gets them: {@code <ip> <ready>}. */
    static Pod parse(String line) {
        String[] words = line.split(" ", -1);
        return new Pod(words[0], "", Boolean.parseBoolean(words[1]));
    }
}
