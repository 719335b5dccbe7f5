// Package rollouts says how the rollouts of a strategy stand, by GitHub's runs and jobs and by what these left in artifacts:
// whether a plan may be begun beside others, which rollout is gone on with, and what the last ones did. It remembers nothing.
package rollouts
