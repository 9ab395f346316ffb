"""What script/manifests holds the Kubernetes manifests to."""
