package azure

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"sync"

	"github.com/org/fleet-update-action/internal/fleet"
)

// latestImages reads the latest node image of every family in a region, by family in lower case. The list exists only
// in a preview version: where the cloud, the region or a role that ends at the clusters refuses it, and for families that
// it leaves out, one upgrade profile per family is read instead, which tells only of families that the place's pools run.
func (c *Client) latestImages(ctx context.Context, at place) (map[string]fleet.NodeImage, error) {
	if c.unlisted.has(at.region) {
		return c.imagesOfPools(ctx, at, nil)
	}
	images, err := c.imageList(ctx, at)
	if hasStatus(err, http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound) {
		c.unlisted.add(at.region)
		return c.imagesOfPools(ctx, at, nil)
	}
	if err != nil {
		return nil, err
	}
	others, err := c.imagesOfPools(ctx, at, images)
	maps.Copy(images, others)
	return images, err
}

func (c *Client) imageList(ctx context.Context, at place) (map[string]fleet.NodeImage, error) {
	call, err := c.inRegion(listImages, at, "nodeImageVersions", nodeImageList)
	if err != nil {
		return nil, err
	}
	images := map[string]fleet.NodeImage{}
	err = pages(ctx, c, call, func(entries []struct {
		FullName fleet.NodeImage `json:"fullName"`
	}) error {
		for _, entry := range entries {
			keepNewest(images, entry.FullName)
		}
		return nil
	})
	return images, err
}

// imagesOfPools asks one pool of each family that is not known what its region's latest is.
func (c *Client) imagesOfPools(ctx context.Context, at place, known map[string]fleet.NodeImage) (map[string]fleet.NodeImage, error) {
	pools := onePerFamily(at.clusters, known)
	latest := make([]fleet.NodeImage, len(pools))
	err := c.each(ctx, len(pools), func(ctx context.Context, i int) (err error) {
		latest[i], err = c.latestOfPool(ctx, pools[i], at.region)
		if hasStatus(err, http.StatusNotFound) { // the pool is gone; nothing is known of its family now
			return nil
		}
		return err
	})
	images := map[string]fleet.NodeImage{}
	for _, image := range latest {
		keepNewest(images, image)
	}
	return images, err
}

func (c *Client) latestOfPool(ctx context.Context, pool fleet.PoolID, region string) (fleet.NodeImage, error) {
	subscription := pool.Cluster.Subscription()
	call, err := c.resource(readUpgradeProfile, pool.String(), "/upgradeProfiles/default", containerService,
		otherBucket(subscription, region), armReadBucket(subscription))
	if err != nil {
		return "", err
	}
	var profile struct {
		Properties struct {
			LatestNodeImageVersion fleet.NodeImage `json:"latestNodeImageVersion"`
		} `json:"properties"`
	}
	err = c.read(ctx, call, &profile)
	return profile.Properties.LatestNodeImageVersion, err
}

func onePerFamily(clusters []fleet.Cluster, known map[string]fleet.NodeImage) []fleet.PoolID {
	seen := map[string]bool{"": true}
	for family := range known {
		seen[family] = true
	}
	var pools []fleet.PoolID
	for _, cluster := range clusters {
		for _, pool := range cluster.Pools {
			family := strings.ToLower(pool.Image.Family())
			if !seen[family] {
				seen[family] = true
				pools = append(pools, fleet.PoolID{Cluster: cluster.ID, Pool: pool.Name})
			}
		}
	}
	return pools
}

// keepNewest keeps an image where it is the newest of its family. Lists also hold frozen images of old families.
func keepNewest(images map[string]fleet.NodeImage, image fleet.NodeImage) {
	family := strings.ToLower(image.Family())
	if family == "" {
		return
	}
	held, found := images[family]
	if order, ok := image.Compare(held); !found || (ok && order > 0) {
		images[family] = image
	}
}

// regionSet is a set of regions, safe for use by several goroutines.
type regionSet struct {
	mu    sync.Mutex
	names map[string]bool
}

func (s *regionSet) has(region string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.names[region]
}

func (s *regionSet) add(region string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names == nil {
		s.names = map[string]bool{}
	}
	s.names[region] = true
}
