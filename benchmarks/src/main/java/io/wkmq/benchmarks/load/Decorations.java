package io.wkmq.benchmarks.load;

/**
 * Optional features of messages and subscriptions. All except {@code retain} require MQTT 5.
 *
 * @param retain whether messages are published as retained
 * @param alias whether publishers replace the topic by an alias after its first use, and subscribers accept aliases
 * @param userProperties the number of user properties per message
 * @param subscriptionId whether subscriptions have an identifier
 */
record Decorations(boolean retain, boolean alias, int userProperties, boolean subscriptionId) {
    static final Decorations NONE = new Decorations(false, false, 0, false);

    /** The topic alias maximum of a subscriber. */
    static final int ALIASES_MAX = 64;

    /** The identifier used for all subscriptions that have one. */
    static final int SUBSCRIPTION_ID = 7;

    /** Returns whether any of the features is visible in deliveries. */
    boolean delivered() {
        return alias || userProperties > 0 || subscriptionId;
    }

    /** Returns a description; empty without features. */
    String text() {
        return (retain ? "retained, " : "")
                + (alias ? "topic aliases, " : "")
                + (userProperties > 0 ? userProperties + " user properties, " : "")
                + (subscriptionId ? "subscription identifiers, " : "");
    }
}
